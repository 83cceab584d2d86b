using System.Globalization;

namespace Nexus.Operations.Maintenance;

/// <summary>Removes values of the keyed state that expired an hour ago, through the engine: caches, replicas and listeners hear of it.</summary>
internal sealed class ExpiredStateJob : IMaintenanceJob
{
    private const int BatchSize = 500;

    public string Name => "expired-state";

    public string Purpose => "Remove values of the keyed state that expired more than an hour ago.";

    public TimeSpan Every => TimeSpan.FromMinutes(5);

    public bool IsOffPeak => false;

    public TimeSpan StatementTimeout => TimeSpan.FromMinutes(1);

    public bool NeedsConnection => false;

    public bool IsFor(MaintenanceTarget target) => true;

    public async Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken)
    {
        var removed = 0L;
        while (await run.MayChangeAsync($"remove up to {BatchSize} expired values", cancellationToken).ConfigureAwait(false))
        {
            var batch = await run.Target.Db.State.SweepExpiredAsync(BatchSize, cancellationToken).ConfigureAwait(false);
            removed += batch;
            if (batch < BatchSize) break;
        }
        return removed == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{removed} values");
    }
}
