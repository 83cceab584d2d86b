using Npgsql;

namespace Nexus.Operations.Tests.Adoption;

/// <summary>The statements of the program that Nexus replaces, each in the transaction that its driver opens.</summary>
internal sealed class LegacyWriter(NpgsqlDataSource source)
{
    public static readonly IReadOnlyDictionary<string, string> Writes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["save_session"] = """
            INSERT INTO sessions (chat_id, api_key, api_secret, config, updated_at) VALUES ('1', 'gAAAAabc', 'gAAAAdef', '{"mode": "PILOT"}', NOW())
            ON CONFLICT (chat_id) DO UPDATE SET api_key = EXCLUDED.api_key, api_secret = EXCLUDED.api_secret, config = EXCLUDED.config,
                updated_at = NOW()
            """,
        ["save_all_sessions, locked down"] = """
            INSERT INTO sessions (chat_id, api_key, api_secret, config, updated_at) VALUES ('1', '', '',
                '{"mode": "WATCHER", "strategies": {}, "groups": {}}', NOW())
            ON CONFLICT (chat_id) DO UPDATE SET api_key = EXCLUDED.api_key, api_secret = EXCLUDED.api_secret, config = EXCLUDED.config,
                updated_at = NOW()
            """,
        ["save_session of a new chat, without keys"] = "INSERT INTO sessions (chat_id, api_key, api_secret, config) VALUES ('77', NULL, NULL, '{}')",
        ["key rotation"] = "UPDATE sessions SET api_key = 'gAAAAabc', api_secret = 'gAAAAdef' WHERE chat_id = '1'",
        ["lock-down by update"] = "UPDATE sessions SET api_key = '', api_secret = '', config = '{}', updated_at = NOW() WHERE chat_id = '1'",
        ["save_bot_state"] = """
            INSERT INTO bot_state (id, enabled_strategies, group_config, disabled_assets) VALUES (1, '{}', '{"_AI_FILTER": false}', '{}')
            ON CONFLICT (id) DO UPDATE SET enabled_strategies = EXCLUDED.enabled_strategies, group_config = EXCLUDED.group_config
            """,
        ["add_system_user"] = """
            INSERT INTO users (name, chat_id, role, expires_at) VALUES ('n', '1', 'user', NOW() + INTERVAL '30 days')
            ON CONFLICT (chat_id) DO UPDATE SET name = EXCLUDED.name, role = EXCLUDED.role, expires_at = EXCLUDED.expires_at
            """,
        ["remove_system_user"] = "DELETE FROM users WHERE id = (SELECT min(id) FROM users)",
        ["set_user_enabled_groups"] = "UPDATE users SET enabled_groups = '{\"CRYPTO\": false}' WHERE chat_id = '1'",
        ["time zone by raw SQL"] = "UPDATE users SET timezone = 'Europe/Madrid' WHERE chat_id = '1'",
        ["log_trade_entry"]
        = "INSERT INTO trade_journal (chat_id, symbol, side, entry_price, quantity, entry_time) VALUES ('1', 'BTCUSDT', 'LONG', 1, 1, NOW())",
        ["log_trade_exit"] = "UPDATE trade_journal SET exit_price = 2, status = 'CLOSED', exit_time = NOW() WHERE id = 1",
    };

    /// <summary>What its start does.</summary>
    public const string InitDb = LegacyDatabase.Unknown;

    public async Task RunAsync(string sql)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }
}
