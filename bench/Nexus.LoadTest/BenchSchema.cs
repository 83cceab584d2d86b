using System.Text;
using Nexus.Chats;
using Nexus.Failover;
using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.Stores;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.LoadTest;

/// <summary>A separate schema with users and sessions, which is always dropped at the end.</summary>
internal sealed class BenchSchema : IAsyncDisposable
{
    private const int RowsAtOnce = 5000;

    private readonly NpgsqlDataSource _dataSource;

    private BenchSchema(NexusOptions options, NpgsqlDataSource dataSource) => (Options, _dataSource) = (options, dataSource);

    public NexusOptions Options { get; }

    public NpgsqlDataSource DataSource => _dataSource;

    public static async Task<BenchSchema> CreateAsync(string database, string keys, CancellationToken cancellationToken)
    {
        var options = new NexusOptions { Database = database, Keys = keys, Schema = $"nexus_bench_{Guid.NewGuid():n}", Fallback = FallbackMode.Off };
        var dataSource = PostgresDataSource.Create(options.ForPostgres(), null);
        var schema = new BenchSchema(options, dataSource);
        try
        {
            await schema.ExecuteAsync($"CREATE SCHEMA {options.Schema}", cancellationToken).ConfigureAwait(false);
            return schema;
        }
        catch
        {
            await dataSource.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task FillAsync(
        int sessions, int users, Sealer sealer, DateTimeOffset month, Action<double> progress, CancellationToken cancellationToken)
    {
        var migrated = await NexusDb.OpenAsync(Options, cancellationToken: cancellationToken).ConfigureAwait(false);
        await migrated.DisposeAsync().ConfigureAwait(false);
        await EnsurePartitionAsync(month, cancellationToken).ConfigureAwait(false);
        for (var from = 0; from < sessions; from += RowsAtOnce)
        {
            await CopySessionsAsync(from, Math.Min(sessions, from + RowsAtOnce), sealer, cancellationToken).ConfigureAwait(false);
            progress((double)from / sessions);
        }
        var ids = Enumerable.Range(0, users).Select(BenchData.ChatId).ToArray();
        var command = _dataSource.CreateCommand(
            "INSERT INTO users (chat_id, name, expires_at) SELECT id, 'bench', now() + interval '30 days' FROM unnest($1) AS id");
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = ids });
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        await ExecuteAsync("VACUUM ANALYZE sessions, users", cancellationToken).ConfigureAwait(false);
    }

    private async Task CopySessionsAsync(int from, int to, Sealer sealer, CancellationToken cancellationToken)
    {
        var connection = await _dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var copy = await connection.BeginBinaryImportAsync(
                "COPY sessions (chat_id, api_key, api_secret, config) FROM STDIN (FORMAT binary)", cancellationToken).ConfigureAwait(false);
            await using (copy.ConfigureAwait(false))
            {
                for (var user = from; user < to; user++)
                {
                    var chatId = BenchData.ChatId(user);
                    await copy.StartRowAsync(cancellationToken).ConfigureAwait(false);
                    await copy.WriteAsync(chatId, cancellationToken).ConfigureAwait(false);
                    await copy.WriteAsync(
                        sealer.Seal(SealPlaces.Session(chatId, "api_key"), BenchData.SecretText(user, 'k')),
                        cancellationToken).ConfigureAwait(false);
                    await copy.WriteAsync(
                        sealer.Seal(SealPlaces.Session(chatId, "api_secret"), BenchData.SecretText(user, 's')),
                        cancellationToken).ConfigureAwait(false);
                    await copy.WriteAsync(
                        Encoding.UTF8.GetBytes(BenchData.Config(user, 0, 0)), NpgsqlDbType.Jsonb, cancellationToken).ConfigureAwait(false);
                }
                await copy.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task EnsurePartitionAsync(DateTimeOffset month, CancellationToken cancellationToken)
    {
        var command = _dataSource.CreateCommand("SELECT nexus_ensure_trade_partition($1)");
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = month.UtcDateTime });
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Constants and the schema's own generated name.
        var command = _dataSource.CreateCommand(sql);
#pragma warning restore CA2100
        await using (command.ConfigureAwait(false))
        {
            command.CommandTimeout = 600;
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await ExecuteAsync($"DROP SCHEMA IF EXISTS {Options.Schema} CASCADE", CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            await _dataSource.DisposeAsync().ConfigureAwait(false);
        }
    }
}
