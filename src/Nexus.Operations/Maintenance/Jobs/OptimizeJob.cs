using Nexus.Sqlite;

namespace Nexus.Operations.Maintenance;

/// <summary>Keeps the planner's figures of the embedded store true.</summary>
internal sealed class OptimizeJob : IMaintenanceJob
{
    public string Name => "optimize";

    public string Purpose => "Renew the planner's figures of the embedded store (PRAGMA optimize).";

    public TimeSpan Every => TimeSpan.FromHours(6);

    public bool IsOffPeak => false;

    public TimeSpan StatementTimeout => TimeSpan.FromMinutes(2);

    public bool IsFor(MaintenanceTarget target) => !target.IsPostgres;

    public async Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken)
    {
        if (await run.MayChangeAsync("PRAGMA optimize", cancellationToken).ConfigureAwait(false))
            await LocalFileUpkeep.OptimizeAsync(run.Target.EmbeddedFile, cancellationToken).ConfigureAwait(false);
        return null;
    }
}
