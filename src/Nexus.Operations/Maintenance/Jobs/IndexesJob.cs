using System.Globalization;
using Nexus.Postgres;

namespace Nexus.Operations.Maintenance;

/// <summary>
/// Removes what interrupted builds left behind, rebuilds invalid indexes, and rebuilds one index at a time whose pages are mostly empty. Always
/// concurrently, so that reads and writes continue.
/// </summary>
/// <param name="largeBytes">The size from which an index is measured and rebuilt; a smaller one costs little as it is.</param>
internal sealed class IndexesJob(long largeBytes = IndexesJob.LargeBytes) : IMaintenanceJob
{
    private const long LargeBytes = 64L * 1024 * 1024;

    /// <summary>A fresh B-tree is filled to 90 percent.</summary>
    private const double SparsePercent = 45;

    private const string Broken = $"""
        SELECT pg_catalog.format('%I.%I', s.nspname, x.relname), x.relname ~ '_cc(new|old)[0-9]*$', d.indisunique
        FROM pg_catalog.pg_index d
            JOIN pg_catalog.pg_class x ON x.oid = d.indexrelid
            JOIN pg_catalog.pg_namespace s ON s.oid = x.relnamespace
            JOIN pg_catalog.pg_class c ON c.oid = d.indrelid
        WHERE NOT d.indisvalid AND {NexusTables.IsOurs}
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.relid = c.oid)
        ORDER BY x.relname
        """;

    /// <summary>Where the extension pgstattuple is: an estimate alone is no reason to rebuild.</summary>
    private const string Measuring = """
        SELECT pg_catalog.format('%I.pgstatindex', s.nspname) FROM pg_catalog.pg_extension e
            JOIN pg_catalog.pg_namespace s ON s.oid = e.extnamespace
        WHERE e.extname = 'pgstattuple'
        """;

    private const string Large = $"""
        SELECT x.oid::bigint, pg_catalog.format('%I.%I', s.nspname, x.relname), pg_catalog.pg_relation_size(x.oid)
        FROM pg_catalog.pg_index d
            JOIN pg_catalog.pg_class x ON x.oid = d.indexrelid
            JOIN pg_catalog.pg_namespace s ON s.oid = x.relnamespace
            JOIN pg_catalog.pg_am a ON a.oid = x.relam AND a.amname = 'btree'
            JOIN pg_catalog.pg_class c ON c.oid = d.indrelid
        WHERE d.indisvalid AND pg_catalog.pg_relation_size(x.oid) > $2 AND {NexusTables.IsOurs}
        ORDER BY pg_catalog.pg_relation_size(x.oid) DESC LIMIT 20
        """;

    public string Name => "indexes";

    public string Purpose => "Remove leftovers of interrupted index builds, and rebuild invalid or mostly empty indexes, one at a time.";

    public TimeSpan Every => TimeSpan.FromHours(6);

    public bool IsOffPeak => true;

    public TimeSpan StatementTimeout => TimeSpan.FromHours(2);

    public bool IsFor(MaintenanceTarget target) => target.IsPostgres;

    public async Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken)
    {
        var schema = run.Schema;
        var broken = await run.Connection.RowsAsync(
            Broken, [schema], row => (Name: row.GetString(0), IsLeftover: row.GetBoolean(1)), cancellationToken).ConfigureAwait(false);
        var (removed, mended) = (0, 0);
        foreach (var (name, isLeftover) in broken.OrderByDescending(index => index.IsLeftover))
        {
            var sql = isLeftover ? $"DROP INDEX CONCURRENTLY IF EXISTS {name}" : $"REINDEX INDEX CONCURRENTLY {name}";
            if (!await run.TryChangeAsync(name, sql, cancellationToken).ConfigureAwait(false)) continue;
            if (isLeftover) removed++;
            else mended++;
        }
        var rebuilt = await RebuildSparseAsync(run, schema, cancellationToken).ConfigureAwait(false);
        return removed + mended == 0 && rebuilt is null ? null
            : string.Create(CultureInfo.InvariantCulture, $"{removed} leftovers removed, {mended} invalid indexes rebuilt{rebuilt}");
    }

    /// <summary>The first one: the next run goes on.</summary>
    private async Task<string?> RebuildSparseAsync(MaintenanceRun run, string schema, CancellationToken cancellationToken)
    {
        if (await run.Connection.ScalarAsync<string>(Measuring, [], cancellationToken).ConfigureAwait(false) is not { } measure) return null;
        var large = await run.Connection.RowsAsync(
            Large, [schema, largeBytes], row => (Oid: row.GetInt64(0), Name: row.GetString(1), Bytes: row.GetInt64(2)), cancellationToken)
            .ConfigureAwait(false);
        foreach (var index in large)
        {
            var density = await run.Connection.ScalarAsync<double?>(
                $"SELECT avg_leaf_density FROM {measure}($1::bigint::oid::regclass)", [index.Oid], cancellationToken).ConfigureAwait(false);
            if (density is not < SparsePercent) continue;
            // One that cannot be rebuilt now must not keep the next from its turn for ever.
            if (!await run.TryChangeAsync(index.Name, $"REINDEX INDEX CONCURRENTLY {index.Name}", cancellationToken).ConfigureAwait(false)) continue;
            var after = await run.Connection.ScalarAsync<long>(
                "SELECT coalesce(pg_catalog.pg_relation_size(pg_catalog.to_regclass($1)), 0)", [index.Name], cancellationToken)
                .ConfigureAwait(false);
            return string.Create(CultureInfo.InvariantCulture, $", {index.Name} from {index.Bytes} to {after} bytes");
        }
        return null;
    }
}
