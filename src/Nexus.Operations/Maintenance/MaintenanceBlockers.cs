using Nexus.Operations.Backup;
using Nexus.Postgres;

namespace Nexus.Operations.Maintenance;

/// <summary>What maintenance must not run beside.</summary>
internal static class MaintenanceBlockers
{
    private const string Find = $"""
        SELECT reason FROM (
            SELECT 0 AS place, 'a backup is running' AS reason WHERE EXISTS (
                SELECT FROM pg_catalog.pg_locks l
                WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                    AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
                    AND (l.classid::bigint << 32) | l.objid::bigint = pg_catalog.hashtextextended('{SnapshotSession.LockName}', 0))
            UNION ALL
            SELECT 1, 'a base backup is running' WHERE EXISTS (SELECT FROM pg_catalog.pg_stat_progress_basebackup)
            UNION ALL
            SELECT 2, 'a dump is running' WHERE EXISTS (
                SELECT FROM pg_catalog.pg_stat_activity
                WHERE datname = pg_catalog.current_database() AND application_name IN ('pg_dump', 'pg_restore'))
            UNION ALL
            SELECT 3, 'a replica is more than a minute behind' WHERE EXISTS (
                SELECT FROM pg_catalog.pg_stat_replication WHERE replay_lag > interval '1 minute')
            UNION ALL
            SELECT 4, 'an inactive replication slot keeps WAL' WHERE EXISTS (
                SELECT FROM pg_catalog.pg_replication_slots WHERE NOT active AND restart_lsn IS NOT NULL)) AS reasons
        ORDER BY place LIMIT 1
        """;

    /// <summary>Why maintenance must wait; null if it may run.</summary>
    public static async Task<string?> FindAsync(MaintenanceRun run, CancellationToken cancellationToken) =>
        run.HasConnection ? await run.Connection.ScalarAsync<string>(Find, [], cancellationToken).ConfigureAwait(false) : null;
}
