using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Operations.Leadership;
using Nexus.Operations.Maintenance;
using Nexus.Server.Settings;

namespace Nexus.Server.Maintenance;

/// <summary>Runs the scheduled maintenance while the server runs, in the instance that leads.</summary>
internal sealed partial class MaintenanceService(
    ServerOptions options, NexusDb db, Func<ILeaderElection> election, ILoggerFactory loggers, TimeProvider clock) : BackgroundService
{
    /// <summary>After an unexpected error.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = loggers.CreateLogger<MaintenanceService>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Maintenance.IsScheduled) return;
        // A start has enough to do, and a server that restarts again and again must not begin with maintenance each time.
        await Task.Delay(options.Maintenance.StartAfter, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var scheduler = new MaintenanceScheduler(db, options.Nexus, options.Maintenance, loggers, clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await scheduler.RunAsync(election(), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogStopped(_logger, error);
            }
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(3040, LogLevel.Error, "The scheduled maintenance stopped; it starts again in a minute")]
    private static partial void LogStopped(ILogger logger, Exception error);
}
