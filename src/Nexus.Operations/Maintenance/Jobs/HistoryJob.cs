using System.Globalization;

namespace Nexus.Operations.Maintenance;

/// <summary>Removes old entries of the history of changes, through the engine and in small transactions.</summary>
internal sealed class HistoryJob : IMaintenanceJob
{
    public string Name => "history";

    public string Purpose => "Remove entries of the history of changes that are older than the retention, and the oldest beyond its largest size.";

    public TimeSpan Every => TimeSpan.FromHours(24);

    public bool IsOffPeak => true;

    public TimeSpan StatementTimeout => TimeSpan.FromMinutes(1);

    public bool NeedsConnection => false;

    public bool IsFor(MaintenanceTarget target) => true;

    public async Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken)
    {
        var (db, options) = (run.Target.Db, run.Target.Options);
        var step = string.Create(
            CultureInfo.InvariantCulture,
            $"remove entries that are older than {options.HistoryDays} days, and all but the newest {options.HistoryEntries}");
        if (!await run.MayChangeAsync(step, cancellationToken).ConfigureAwait(false)) return null;
        var now = await db.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        var removed = await db.History.PruneAsync(now.AddDays(-options.HistoryDays), options.HistoryEntries, cancellationToken).ConfigureAwait(false);
        return removed == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{removed} entries");
    }
}
