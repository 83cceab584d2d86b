using System.Text;
using Nexus.Chats;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.Trades;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.LoadTest;

/// <summary>
/// One statement per operation on the same tables. The data source determines the variant: pooled (pool, automatic preparation) or naive (a new
/// connection each time, nothing prepared).
/// </summary>
internal sealed class SqlClient(NpgsqlDataSource dataSource, Sealer sealer, int users) : IBenchClient
{
    private readonly int[] _patched = new int[users];

    public async Task CheckAccessAsync(int user)
    {
        var allowed = await ScalarAsync(
            "SELECT role = 'admin' OR expires_at IS NULL OR expires_at > now() FROM users WHERE chat_id = $1",
            Text(BenchData.ChatId(user))).ConfigureAwait(false);
        if (allowed is not true) throw new InvalidOperationException("the access check denied access");
    }

    public async Task ReadSessionAsync(int user)
    {
        var config = await ScalarAsync("SELECT config FROM sessions WHERE chat_id = $1", Text(BenchData.ChatId(user))).ConfigureAwait(false);
        if (config is null) throw new InvalidOperationException("the session is missing");
    }

    public Task SaveSessionAsync(int user, int revision)
    {
        var chatId = BenchData.ChatId(user);
        return ScalarAsync(
            """
            INSERT INTO sessions AS s (chat_id, api_key, api_secret, config) VALUES ($1, $2, $3, $4)
            ON CONFLICT (chat_id) DO UPDATE SET api_key = excluded.api_key, api_secret = excluded.api_secret, config = excluded.config,
                updated_at = now(), version = s.version + 1
            RETURNING version
            """,
            Text(chatId),
            Text(sealer.Seal(SealPlaces.Session(chatId, "api_key"), BenchData.SecretText(user, 'k'))),
            Text(sealer.Seal(SealPlaces.Session(chatId, "api_secret"), BenchData.SecretText(user, 's'))),
            Json(BenchData.Config(user, revision, _patched[user])));
    }

    public Task PatchConfigAsync(int user, int revision)
    {
        _patched[user] = revision;
        return ScalarAsync(
            "UPDATE sessions SET config = config || $2, updated_at = now(), version = version + 1 WHERE chat_id = $1 RETURNING version",
            Text(BenchData.ChatId(user)),
            Json($$"""{"patched":{{revision}}}"""));
    }

    public Task OpenTradeAsync(Trade trade) => ScalarAsync(
        """
        INSERT INTO trades (chat_id, entry_timestamp, id, symbol, side, strategy, exchange, entry_price, quantity, leverage)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING version
        """,
        Text(trade.ChatId.Value),
        new NpgsqlParameter<DateTime> { TypedValue = trade.EntryTimestamp.UtcDateTime },
        new NpgsqlParameter<Guid> { TypedValue = trade.Id },
        Text(trade.Symbol),
        Text(trade.Side == TradeSide.Long ? "LONG" : "SHORT"),
        Text(trade.Strategy!),
        Text(trade.Exchange!),
        new NpgsqlParameter<decimal> { TypedValue = trade.EntryPrice },
        new NpgsqlParameter<decimal> { TypedValue = trade.Quantity },
        new NpgsqlParameter<int> { TypedValue = (int)trade.Leverage });

    public Task ToggleAsync(int user, bool enabled) => ScalarAsync(
        """
        INSERT INTO bot_state AS b (id, enabled_strategies) VALUES (1, $1)
        ON CONFLICT (id) DO UPDATE SET enabled_strategies = b.enabled_strategies || excluded.enabled_strategies, last_updated = now(),
            version = b.version + 1
        RETURNING version
        """,
        Json($$"""{"{{BenchData.Strategy(user)}}":{{(enabled ? "true" : "false")}}}"""));

    public ValueTask DisposeAsync() => dataSource.DisposeAsync();

    private async Task<object?> ScalarAsync(string sql, params NpgsqlParameter[] parameters)
    {
        var connection = await dataSource.OpenConnectionAsync().ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
#pragma warning disable CA2100 // Every caller above passes a constant.
            var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            await using (command.ConfigureAwait(false))
            {
                command.Parameters.AddRange(parameters);
                return await command.ExecuteScalarAsync().ConfigureAwait(false) switch { DBNull => null, var value => value };
            }
        }
    }

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private static NpgsqlParameter<byte[]> Json(string value) =>
        new() { TypedValue = Encoding.UTF8.GetBytes(value), NpgsqlDbType = NpgsqlDbType.Jsonb };
}
