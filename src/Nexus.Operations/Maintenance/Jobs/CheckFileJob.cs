using Nexus.Errors;
using Nexus.Sqlite;

namespace Nexus.Operations.Maintenance;

/// <summary>Reads the whole file of the embedded store and looks for damage.</summary>
internal sealed class CheckFileJob : IMaintenanceJob
{
    public string Name => "check-file";

    public string Purpose => "Check the structure of the embedded store's file (PRAGMA integrity_check).";

    public TimeSpan Every => TimeSpan.FromDays(1);

    public bool IsOffPeak => true;

    public TimeSpan StatementTimeout => TimeSpan.FromMinutes(30);

    public bool IsFor(MaintenanceTarget target) => !target.IsPostgres;

    public async Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken) =>
        await LocalFileUpkeep.CheckAsync(run.Target.EmbeddedFile, cancellationToken).ConfigureAwait(false) is { } finding
            ? throw new StoreIncompatibleException($"{run.Target.EmbeddedFile} is damaged ({finding}): restore a backup")
            : null;
}
