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

    /// <summary>A freeze that makes a table younger by less than this share would be due again at once.</summary>
    private const double FreezeGain = 0.1;

    /// <summary>
    /// What keeps old row versions from being removed, the oldest first: in words, its age as a share of the age at which the server forces a freeze,
    /// and whether it is older than $1 seconds. A role sees the times of others only with pg_read_all_stats, but everyone's transaction ids.
    /// </summary>
    private const string Holders = """
        SELECT holder, age::float8 / pg_catalog.current_setting('autovacuum_freeze_max_age')::float8, coalesce(is_old, false)
        FROM (
            SELECT CASE WHEN backend_type = 'walsender' THEN pg_catalog.concat('the standby ', application_name)
                    ELSE pg_catalog.concat('process ', pid, ' in a transaction', ' since ' || xact_start::text) END AS holder,
                greatest(pg_catalog.age(backend_xmin), pg_catalog.age(backend_xid)) AS age,
                xact_start < pg_catalog.now() - $1::float8 * interval '1 second' AS is_old
            FROM pg_catalog.pg_stat_activity
            WHERE (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND pid <> pg_catalog.pg_backend_pid()
                AND (datid IS NULL OR datname = pg_catalog.current_database()) AND backend_type IS DISTINCT FROM 'autovacuum worker'
            UNION ALL
            SELECT 'a prepared transaction', pg_catalog.age(transaction), prepared < pg_catalog.now() - $1::float8 * interval '1 second'
            FROM pg_catalog.pg_prepared_xacts WHERE database = pg_catalog.current_database()
            UNION ALL
            SELECT 'an inactive replication slot', coalesce(pg_catalog.age(xmin), 0), true
            FROM pg_catalog.pg_replication_slots WHERE NOT active AND (xmin IS NOT NULL OR catalog_xmin IS NOT NULL)) AS holders
        ORDER BY age DESC
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
        var holders = await run.Connection.RowsAsync(
            Holders, [(patience ?? HeldFor).TotalSeconds], row => new Holder(row.GetString(0), row.GetDouble(1), row.GetBoolean(2)),
            cancellationToken).ConfigureAwait(false);
        var horizon = holders.Count == 0 ? 0 : holders[0].FreezeAge;
        var old = tables.Where(table => Math.Max(table.FreezeAge, table.MultiAge) > FreezeShare).ToList();
        var freeze = old.Where(table => table.MultiAge > FreezeShare || table.FreezeAge - horizon >= FreezeGain).ToList();
        var dead = tables.Except(freeze).Where(table => table.DeadRows > Math.Max(FewRows, 2 * table.VacuumTrigger)).ToList();
        foreach (var name in _over.Keys.Except(dead.Select(table => table.Name)).ToList()) _over.Remove(name);
        foreach (var table in dead) _over.TryAdd(table.Name, clock.GetTimestamp());
        var due = dead.Where(table => run.IsForced || clock.GetElapsedTime(_over[table.Name]) >= Lasting).ToList();
        if (due.Count + old.Count == 0) return null;
        if (due.Count > 0 && holders.Find(holder => holder.IsOld) is { } holder)
        {
            if (freeze.Count == 0) throw new MaintenanceSkippedException($"dead rows cannot be removed while {holder.Name} holds them");
            due.Clear();
        }
        if (due.Count + freeze.Count == 0)
            throw new MaintenanceSkippedException($"{old.Count} tables cannot be frozen while {holders[0].Name} holds their rows");
        var (frozen, vacuumed) = (new List<NexusTable>(), new List<NexusTable>());
        foreach (var table in freeze)
        {
            if (await run.TryChangeAsync(table.Name, $"VACUUM (FREEZE, ANALYZE) {table.Name}", cancellationToken).ConfigureAwait(false))
                frozen.Add(table);
        }
        foreach (var table in due)
        {
            if (!await run.TryChangeAsync(table.Name, $"VACUUM (ANALYZE) {table.Name}", cancellationToken).ConfigureAwait(false)) continue;
            vacuumed.Add(table);
            _over.Remove(table.Name);
        }
        return run.IsDry ? Text(due.Sum(table => table.DeadRows), due.Count, freeze.Count, left: 0)
            : await MeasureAsync(run, vacuumed, frozen, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the tables show afterwards: a vacuum that removed nothing ends well, too.</summary>
    private static async Task<string?> MeasureAsync(
        MaintenanceRun run, List<NexusTable> vacuumed, List<NexusTable> frozen, CancellationToken cancellationToken)
    {
        if (vacuumed.Count + frozen.Count == 0) return null;
        var now = (await NexusTables.ReadAsync(run, cancellationToken).ConfigureAwait(false)).ToDictionary(table => table.Name);
        var removed = vacuumed.Where(table => now.ContainsKey(table.Name))
            .Select(table => Math.Max(0, table.DeadRows - now[table.Name].DeadRows)).ToList();
        var left = vacuumed.Sum(table => now.TryGetValue(table.Name, out var after) ? after.DeadRows : 0);
        return Text(removed.Sum(), removed.Count(rows => rows > 0), frozen.Count(table => now.TryGetValue(table.Name, out var after)
            && Math.Max(after.FreezeAge, after.MultiAge) < Math.Max(table.FreezeAge, table.MultiAge) - FreezeGain / 2), left);
    }

    private static string Text(long removed, int tables, int frozen, long left) => string.Create(
        CultureInfo.InvariantCulture,
        $"{removed} dead rows of {tables} tables, {frozen} tables frozen{(left > FewRows ? $"; {left} dead rows are left" : "")}");

    private sealed record Holder(string Name, double FreezeAge, bool IsOld);
}
