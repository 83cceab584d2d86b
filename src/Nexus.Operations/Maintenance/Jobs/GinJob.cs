using System.Globalization;
using Nexus.Postgres;

namespace Nexus.Operations.Maintenance;

/// <summary>Empties the pending lists of GIN indexes in quiet hours, so that no save has to: such a save waits up to a tenth of a second.</summary>
internal sealed class GinJob : IMaintenanceJob
{
    private const string Lists = $"""
        SELECT pg_catalog.format('%I.%I', s.nspname, x.relname)
        FROM pg_catalog.pg_index d
            JOIN pg_catalog.pg_class x ON x.oid = d.indexrelid
            JOIN pg_catalog.pg_namespace s ON s.oid = x.relnamespace
            JOIN pg_catalog.pg_am a ON a.oid = x.relam AND a.amname = 'gin'
            JOIN pg_catalog.pg_class c ON c.oid = d.indrelid
        WHERE d.indisvalid AND {NexusTables.IsOurs}
        ORDER BY x.relname
        """;

    public string Name => "gin";

    public string Purpose => "Empty the pending lists of GIN indexes in quiet hours.";

    public TimeSpan Every => TimeSpan.FromMinutes(30);

    public bool IsOffPeak => true;

    public TimeSpan StatementTimeout => TimeSpan.FromMinutes(2);

    public bool IsFor(MaintenanceTarget target) => target.IsPostgres;

    public async Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken)
    {
        var pages = 0L;
        foreach (var index in await run.Connection.RowsAsync(
            Lists, [run.Schema], row => row.GetString(0), cancellationToken).ConfigureAwait(false))
        {
            if (!await run.MayChangeAsync($"gin_clean_pending_list {index}", cancellationToken).ConfigureAwait(false)) continue;
            await run.TryAsync(
                index,
                async () => pages += await run.Connection.ScalarAsync<long>(
                    "SELECT pg_catalog.gin_clean_pending_list($1::regclass)", [index], cancellationToken).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
        }
        return pages == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{pages} pages of pending lists");
    }
}
