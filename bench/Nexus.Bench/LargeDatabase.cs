using Npgsql;

namespace Nexus.Bench;

/// <summary>Fills a database with many subscribers in a few statements, as an import would leave it.</summary>
internal static class LargeDatabase
{
    /// <summary>Sessions with the workload's config, users who end at different times, a tenth as many trades.</summary>
    public static async Task FillAsync(NpgsqlDataSource database, int sessions)
    {
        await RunAsync(database, $$"""
            INSERT INTO sessions (chat_id, config, write_id)
            SELECT (100000000 + n)::text, '{{System.Text.Encoding.UTF8.GetString(Workload.Config(0))}}'::jsonb || jsonb_build_object(
                    'mode', CASE WHEN n % 1000 = 0 THEN 'RARE' ELSE (ARRAY['WATCHER', 'COPILOT', 'PILOT'])[n % 3 + 1] END,
                    'revision', n,
                    'strategies', jsonb_build_object('TREND', true, 'GRID', n % 2 = 0, 'RARE', n % 1000 = 0)),
                gen_random_uuid()
            FROM generate_series(0, {{sessions - 1}}) n;
            INSERT INTO users (chat_id, name, role, expires_at, write_id)
            SELECT (100000000 + n)::text, 'name ' || md5(n::text), CASE WHEN n % 1000 = 0 THEN 'admin' ELSE 'user' END,
                now() + (n % 365 + 1) * interval '1 day', gen_random_uuid()
            FROM generate_series(0, {{sessions - 1}}) n;
            SELECT nexus_ensure_trade_partition(at) FROM generate_series(
                now() - interval '12 months', now() + interval '1 month', interval '1 month') at;
            INSERT INTO trades (chat_id, entry_timestamp, id, symbol, side, strategy, exchange, entry_price, quantity, status, exit_timestamp,
                pnl, write_id)
            SELECT (100000000 + n % {{sessions}})::text, now() - n * interval '1 second' * (31000000.0 / {{sessions}}), gen_random_uuid(),
                (ARRAY['BTCUSDT', 'ETHUSDT', 'SOLUSDT'])[n % 3 + 1], 'LONG', CASE WHEN n % 1000 = 0 THEN 'RARE' ELSE 'TREND' END, 'BINANCE', 100, 1,
                CASE WHEN n % 20 = 0 THEN 'OPEN' ELSE 'CLOSED' END,
                CASE WHEN n % 20 = 0 THEN NULL ELSE now() - n * interval '1 second' * (31000000.0 / {{sessions}}) + interval '1 hour' END,
                CASE WHEN n % 20 = 0 THEN NULL ELSE 1 END, gen_random_uuid()
            FROM generate_series(1, {{sessions}}) n;
            """);
        await RunAsync(database, "VACUUM ANALYZE");
        await RunAsync(database, "CHECKPOINT");
    }

    public static async Task RunAsync(NpgsqlDataSource database, string sql)
    {
#pragma warning disable CA2100 // Constants of the benchmark.
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }
}
