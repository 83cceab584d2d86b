using Nexus.Postgres;

namespace Nexus.Operations.Maintenance;

/// <summary>What maintenance must not run beside.</summary>
internal static class MaintenanceBlockers
{
    /// <summary>The lease that a backup holds.</summary>
    public const string BackupLease = "backup";

    private const string Find = """
        SELECT reason FROM (
            SELECT 1 AS place, 'a base backup is running' AS reason WHERE EXISTS (SELECT FROM pg_catalog.pg_stat_progress_basebackup)
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
    public static async Task<string?> FindAsync(MaintenanceRun run, CancellationToken cancellationToken)
    {
        if (run.Target.Db.Leases is not { } leases) return null;
        if (await leases.FindAsync(BackupLease, cancellationToken).ConfigureAwait(false) is { IsHeld: true }) return "a backup is running";
        if (!run.HasConnection) return null;
        return await run.Connection.ScalarAsync<string>(Find, [], cancellationToken).ConfigureAwait(false);
    }
}
