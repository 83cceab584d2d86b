using System.Globalization;
using Nexus.Postgres;

namespace Nexus.Operations.Maintenance;

/// <summary>
/// Moves old months of trades out of the database: detaches the partition, writes it to an archive that <c>nexus import</c> reads, and drops it only
/// when the archive holds every row. A run that is interrupted is continued by the next one.
/// </summary>
internal sealed class RetentionJob : IMaintenanceJob
{
    /// <summary>Marks a table as detached by this job, so that no other table is ever dropped.</summary>
    private const string Mark = "nexus: a partition of trades that the retention archives and drops";

    /// <summary>A month that is a whole partition of its own, as Nexus makes them, with its bounds in UTC.</summary>
    private const string Old = """
        SELECT pg_catalog.format('%I.%I', s.nspname, c.relname), c.relname::text, pg_catalog.format('%I.%I', s.nspname, p.relname), i.inhdetachpending
        FROM pg_catalog.pg_inherits i
            JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
            JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
            JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
        WHERE s.nspname = $1 AND p.relnamespace = c.relnamespace AND p.relname = 'trades' AND c.relkind = 'r'
            AND c.relname ~ '^trades_[0-9]{4}_(0[1-9]|1[0-2])$'
            AND pg_catalog.to_date(pg_catalog.substr(c.relname::text, 8), 'YYYY_MM')
                < (pg_catalog.date_trunc('month', pg_catalog.now() AT TIME ZONE 'UTC') - $2::int * interval '1 month')::date
            AND (i.inhdetachpending OR pg_catalog.pg_get_expr(c.relpartbound, c.oid) = pg_catalog.format(
                'FOR VALUES FROM (%L) TO (%L)',
                pg_catalog.concat(
                    pg_catalog.to_char(pg_catalog.to_date(pg_catalog.substr(c.relname::text, 8), 'YYYY_MM'), 'YYYY-MM-DD'), ' 00:00:00+00'),
                pg_catalog.concat(
                    pg_catalog.to_char(pg_catalog.to_date(pg_catalog.substr(c.relname::text, 8), 'YYYY_MM') + interval '1 month', 'YYYY-MM-DD'),
                    ' 00:00:00+00')))
        ORDER BY c.relname
        """;

    private const string Detached = """
        SELECT pg_catalog.format('%I.%I', s.nspname, c.relname), c.relname::text
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
        WHERE s.nspname = $1 AND c.relkind = 'r' AND NOT c.relispartition AND c.relname ~ '^trades_[0-9]{4}_(0[1-9]|1[0-2])$'
            AND pg_catalog.obj_description(c.oid, 'pg_class') = $2
        ORDER BY c.relname
        """;

    public string Name => "retention";

    public string Purpose => "Archive months of trades that are older than the retention, and remove them from the database. Off unless set.";

    public TimeSpan Every => TimeSpan.FromHours(24);

    public bool IsOffPeak => true;

    public TimeSpan StatementTimeout => TimeSpan.FromMinutes(30);

    public bool IsFor(MaintenanceTarget target) => target.IsPostgres;

    public async Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken)
    {
        var schema = run.Schema;
        var kept = new List<string>();
        if (run.Target.RetainTradesMonths is { } months)
        {
            var old = await run.Connection.RowsAsync(
                Old, [schema, months],
                row => (Table: row.GetString(0), Name: row.GetString(1), Parent: row.GetString(2), IsPending: row.GetBoolean(3)), cancellationToken)
                .ConfigureAwait(false);
            foreach (var partition in old)
            {
                await run.TryAsync(
                    partition.Name,
                    async () =>
                    {
                        if (await HasOpenTradesAsync(run, partition.Table, cancellationToken).ConfigureAwait(false)) kept.Add(partition.Name);
                        else await DetachAsync(run, partition.Table, partition.Parent, partition.IsPending, cancellationToken).ConfigureAwait(false);
                    },
                    cancellationToken).ConfigureAwait(false);
            }
        }
        var (archived, trades) = (0, 0L);
        foreach (var (table, name) in await run.Connection.RowsAsync(
            Detached, [schema, Mark], row => (row.GetString(0), row.GetString(1)), cancellationToken).ConfigureAwait(false))
        {
            await run.TryAsync(
                name,
                async () =>
                {
                    trades += await ArchiveAsync(run, table, name, cancellationToken).ConfigureAwait(false);
                    archived++;
                },
                cancellationToken).ConfigureAwait(false);
        }
        var stays = kept.Count == 0 ? "" : $"; {string.Join(", ", kept)} stay because trades in them are open";
        return archived == 0 && kept.Count == 0 && (run.Steps.Count == 0 || run.Failures.Count > 0) ? null
            : string.Create(CultureInfo.InvariantCulture, $"{archived} months with {trades} trades archived{stays}");
    }

    private static async Task DetachAsync(
        MaintenanceRun run, string table, string parent, bool isPending, CancellationToken cancellationToken)
    {
        await run.ChangeAsync($"COMMENT ON TABLE {table} IS '{Mark}'", cancellationToken).ConfigureAwait(false);
        // Reads and writes of the other months continue; it waits for older transactions.
        await run.ChangeAsync($"ALTER TABLE {parent} DETACH PARTITION {table} {(isPending ? "FINALIZE" : "CONCURRENTLY")}", cancellationToken)
            .ConfigureAwait(false);
    }

    private static Task<bool> HasOpenTradesAsync(MaintenanceRun run, string table, CancellationToken cancellationToken) =>
        run.Connection.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM {table} WHERE status = 'OPEN')", [], cancellationToken);

    private static async Task<long> ArchiveAsync(MaintenanceRun run, string table, string name, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetFullPath(run.Target.Options.DataFolder), TradeArchive.FolderName, $"{name}.ndjson");
        if (!await run.MayChangeAsync($"archive {name} to {path}", cancellationToken).ConfigureAwait(false)) return 0;
        var archived = await TradeArchive.WriteAsync(run, table, path, cancellationToken).ConfigureAwait(false);
        // Nobody writes to a table that is no partition any more; a row that came after all is a reason to stop.
        var stored = await run.Connection.ScalarAsync<long>($"SELECT count(*) FROM {table}", [], cancellationToken).ConfigureAwait(false);
        if (stored != archived)
            throw new MaintenanceSkippedException($"{name} has {stored} trades and its archive {archived}; nothing was dropped");
        await run.ChangeAsync($"DROP TABLE {table}", cancellationToken).ConfigureAwait(false);
        return archived;
    }
}
