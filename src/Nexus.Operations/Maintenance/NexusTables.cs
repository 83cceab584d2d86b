using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Maintenance;

/// <summary>A table of Nexus as the server's statistics see it.</summary>
/// <param name="Name">With its schema, quoted.</param>
/// <param name="VacuumTrigger">Dead rows at which autovacuum starts.</param>
/// <param name="AnalyzeTrigger">Changed rows at which autoanalyze starts.</param>
/// <param name="FreezeAge">
/// The age of the oldest transaction id in it, or in the table of its long values, as a share of the age at which the server forces a freeze.
/// </param>
/// <param name="MultiAge">The same of the oldest multixact.</param>
internal sealed record NexusTable(
    string Name, long DeadRows, double VacuumTrigger, long ChangedRows, double AnalyzeTrigger, bool WasAnalyzed, double FreezeAge, double MultiAge);

/// <summary>The tables of Nexus, and nothing else in the schema.</summary>
internal static class NexusTables
{
    /// <summary>The tables, as a condition on <c>c</c> and its schema <c>$1</c>: by name, and the partitions of the table of trades.</summary>
    public const string IsOurs = """
        c.relkind = 'r' AND (
            (c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
                AND c.relname = ANY (
                    '{sessions,users,bot_state,system_config,keyed_state,tasks,calibrations,nexus_meta,nexus_commits,nexus_leases}'::name[]
                        || '{nexus_history,nexus_shard,nexus_shards,nexus_moves,nexus_leaving,nexus_leaving_rows,nexus_decisions}'::name[]
                        || '{nexus_summed_chats,nexus_trade_sums,nexus_trade_marks}'::name[]))
            OR EXISTS (
                SELECT FROM pg_catalog.pg_inherits i
                    JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
                    JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
                WHERE i.inhrelid = c.oid AND n.nspname = $1 AND p.relname = 'trades' AND p.relkind = 'p'))
        """;

    private const string Read = $"""
        SELECT pg_catalog.format('%I.%I', s.nspname, c.relname),
            coalesce(pg_catalog.pg_stat_get_dead_tuples(c.oid), 0),
            coalesce(o.vacuum_threshold, pg_catalog.current_setting('autovacuum_vacuum_threshold')::float8)
                + coalesce(o.vacuum_scale, pg_catalog.current_setting('autovacuum_vacuum_scale_factor')::float8) * greatest(c.reltuples, 0),
            coalesce(pg_catalog.pg_stat_get_mod_since_analyze(c.oid), 0),
            coalesce(o.analyze_threshold, pg_catalog.current_setting('autovacuum_analyze_threshold')::float8)
                + coalesce(o.analyze_scale, pg_catalog.current_setting('autovacuum_analyze_scale_factor')::float8) * greatest(c.reltuples, 0),
            coalesce(pg_catalog.pg_stat_get_last_analyze_time(c.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid)) IS NOT NULL,
            greatest(pg_catalog.age(c.relfrozenxid), pg_catalog.age(t.relfrozenxid))::float8
                / pg_catalog.current_setting('autovacuum_freeze_max_age')::float8,
            greatest(pg_catalog.mxid_age(c.relminmxid), pg_catalog.mxid_age(t.relminmxid))::float8
                / pg_catalog.current_setting('autovacuum_multixact_freeze_max_age')::float8
        FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
            LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
            CROSS JOIN LATERAL (
                SELECT pg_catalog.max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_threshold')::float8 AS vacuum_threshold,
                    pg_catalog.max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_scale_factor')::float8 AS vacuum_scale,
                    pg_catalog.max(option_value) FILTER (WHERE option_name = 'autovacuum_analyze_threshold')::float8 AS analyze_threshold,
                    pg_catalog.max(option_value) FILTER (WHERE option_name = 'autovacuum_analyze_scale_factor')::float8 AS analyze_scale
                FROM pg_catalog.pg_options_to_table(c.reloptions)) AS o
        WHERE {IsOurs}
        ORDER BY c.relname
        """;

    public static Task<List<NexusTable>> ReadAsync(MaintenanceRun run, CancellationToken cancellationToken) => run.Connection.RowsAsync(
        Read, [run.Schema],
        row => new NexusTable(
            row.GetString(0), row.GetInt64(1), row.GetDouble(2), row.GetInt64(3), row.GetDouble(4), row.GetBoolean(5), row.GetDouble(6),
            row.GetDouble(7)),
        cancellationToken);
}
