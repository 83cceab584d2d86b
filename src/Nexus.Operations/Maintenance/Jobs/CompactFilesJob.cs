using System.Globalization;
using Nexus.Sqlite;

namespace Nexus.Operations.Maintenance;

/// <summary>Gives space back that an outage or deleted records left free in the local files.</summary>
internal sealed class CompactFilesJob : IMaintenanceJob
{
    public string Name => "compact-files";

    public string Purpose => "Give back free space of the embedded store's file, or of the local replica and the outbox when that is empty.";

    public TimeSpan Every => TimeSpan.FromHours(6);

    public bool IsOffPeak => true;

    public TimeSpan StatementTimeout => TimeSpan.FromMinutes(10);

    public bool NeedsConnection => false;

    public bool IsFor(MaintenanceTarget target) => true;

    public async Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken)
    {
        var file = run.Target.IsPostgres ? Path.Combine(run.Target.Options.DataFolder, FailoverFile) : run.Target.EmbeddedFile;
        // The file of the fallback is this process's only if it has the fallback; during an outage every write goes there.
        if (run.Target.IsPostgres && run.Target.Db.Fallback is not { IsLocal: false, Pending: 0 }) return null;
        if (!File.Exists(file)) return null;
        var free = await LocalFileUpkeep.CompactAsync(file, isDryRun: true, cancellationToken).ConfigureAwait(false);
        if (free == 0 || !await run.MayChangeAsync($"compact {Path.GetFileName(file)}", cancellationToken).ConfigureAwait(false))
            return free == 0 ? null : Describe(free);
        return Describe(await LocalFileUpkeep.CompactAsync(file, isDryRun: false, cancellationToken).ConfigureAwait(false));
    }

    private const string FailoverFile = "fallback.db";

    private static string Describe(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024} KiB of free space");
}
