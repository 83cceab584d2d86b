using System.Globalization;
using Nexus.Postgres;

namespace Nexus.Operations.Maintenance;

/// <summary>
/// Helps autovacuum where it does not keep up: dead rows over twice its trigger for an hour, and tables that are half way to a forced freeze. Not
/// while something holds back the horizon, when a vacuum could remove nothing.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="patience">How old a transaction must be to count as one that holds the horizon; null: five minutes.</param>
internal sealed class VacuumJob(TimeProvider clock, TimeSpan? patience = null) : IMaintenanceJob
{
    private static readonly TimeSpan HeldFor = TimeSpan.FromMinutes(5);

    /// <summary>How long a table must be over the limit.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromHours(1);

    private const double FreezeShare = 0.5;

    /// <summary>Below this many rows a vacuum gains nothing.</summary>
    private const long FewRows = 1000;

    /// <summary>The oldest thing that keeps old row versions from being removed, in words; null if none is older than $1 seconds.</summary>
    private const string Holder = """
        SELECT holder FROM (
            SELECT pg_catalog.format('process %s in a transaction since %s', pid, xact_start) AS holder, xact_start AS since
            FROM pg_catalog.pg_stat_activity
            WHERE backend_xmin IS NOT NULL AND pid <> pg_catalog.pg_backend_pid() AND xact_start < pg_catalog.now() - $1::float8 * interval '1 second'
            UNION ALL
            SELECT 'a prepared transaction', prepared FROM pg_catalog.pg_prepared_xacts
            WHERE database = pg_catalog.current_database() AND prepared < pg_catalog.now() - $1::float8 * interval '1 second'
            UNION ALL
            SELECT 'an inactive replication slot', NULL FROM pg_catalog.pg_replication_slots
            WHERE NOT active AND (xmin IS NOT NULL OR catalog_xmin IS NOT NULL)) AS holders
        ORDER BY since NULLS LAST LIMIT 1
        """;

    private readonly Dictionary<string, long> _over = new(StringComparer.Ordinal);

    public string Name => "vacuum";

    public string Purpose => "Vacuum tables whose dead rows exceed twice autovacuum's trigger for an hour, and freeze before the server must.";

    public TimeSpan Every => TimeSpan.FromMinutes(10);

    public bool IsOffPeak => false;

    public TimeSpan StatementTimeout => TimeSpan.FromMinutes(30);

    public bool IsFor(MaintenanceTarget target) => target.IsPostgres;

    public async Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken)
    {
        var tables = await NexusTables.ReadAsync(run, cancellationToken).ConfigureAwait(false);
        var freeze = tables.Where(table => table.FreezeAge > FreezeShare).ToList();
        var dead = tables.Except(freeze).Where(table => table.DeadRows > Math.Max(FewRows, 2 * table.VacuumTrigger)).ToList();
        foreach (var name in _over.Keys.Except(dead.Select(table => table.Name)).ToList()) _over.Remove(name);
        foreach (var table in dead) _over.TryAdd(table.Name, clock.GetTimestamp());
        var due = dead.Where(table => run.IsForced || clock.GetElapsedTime(_over[table.Name]) >= Lasting).ToList();
        if (due.Count + freeze.Count == 0) return null;
        if (due.Count > 0 && await run.Connection.ScalarAsync<string>(Holder, [(patience ?? HeldFor).TotalSeconds], cancellationToken)
            .ConfigureAwait(false) is { } holder)
        {
            if (freeze.Count == 0) throw new MaintenanceSkippedException($"dead rows cannot be removed while {holder} holds them");
            due.Clear();
        }
        foreach (var table in freeze)
            await run.ChangeAsync($"VACUUM (FREEZE, ANALYZE) {table.Name}", cancellationToken).ConfigureAwait(false);
        foreach (var table in due)
        {
            await run.ChangeAsync($"VACUUM (ANALYZE) {table.Name}", cancellationToken).ConfigureAwait(false);
            _over.Remove(table.Name);
        }
        return string.Create(
            CultureInfo.InvariantCulture, $"{due.Sum(table => table.DeadRows)} dead rows of {due.Count} tables, {freeze.Count} tables frozen");
    }
}
