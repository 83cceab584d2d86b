using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Operations.Backup;
using Nexus.Operations.Leadership;
using Nexus.Server.Settings;
using Nexus.Telemetry;

namespace Nexus.Server.Observability;

/// <summary>Runs the backup schedule in the instance that leads, and measures the backups in every instance.</summary>
internal sealed partial class BackupService(
    ServerOptions options, CachedBackupCatalog catalog, Func<ILeaderElection> election, IMeterFactory meters, ILoggerFactory loggers,
        TimeProvider clock)
    : BackgroundService
{
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = loggers.CreateLogger<BackupService>();

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Backups.IsEnabled && options.BackupTarget is { Target: null, PgBackRestStanza: null }) return Task.CompletedTask;
        Measure();
        return Task.WhenAll(ReadAsync(stoppingToken), options.Backups.IsEnabled ? ScheduleAsync(stoppingToken) : Task.CompletedTask);
    }

    /// <summary>Metrics never wait for the target: they report what was read last.</summary>
    private void Measure()
    {
        var meter = meters.Create(new MeterOptions(NexusTelemetry.MeterName));
        meter.CreateObservableGauge("nexus.backup.age", () => Age(catalog.Last?.Newest?.Manifest?.CreatedAt), "s", "age of the newest backup");
        meter.CreateObservableGauge(
            "nexus.backup.proof.age", () => Age(catalog.Last?.NewestProven?.Proof?.VerifiedAt), "s", "time since the last proof by a restore");
        meter.CreateObservableGauge(
            "nexus.backup.size", () => catalog.Last?.Newest?.Manifest is { } newest ? [new Measurement<long>(newest.StoredBytes)]
                : Array.Empty<Measurement<long>>(),
            "By", "size of the newest backup");
        meter.CreateObservableGauge(
            "nexus.backup.findings", () => catalog.Last is { } last ? [new Measurement<int>(last.Findings.Count)] : Array.Empty<Measurement<int>>(),
            "{finding}", "what is wrong with the backups");
        if (options.BackupTarget.PgBackRestStanza is null) return;
        meter.CreateObservableGauge(
            "nexus.backup.base.age", () => Age(catalog.Last?.PointInTime?.Newest?.CompletedAt), "s", "age of the newest base backup of pgBackRest");
        meter.CreateObservableGauge(
            "nexus.backup.archive.age", () => Age(catalog.Last?.PointInTime?.Archive?.LastAt), "s", "time since WAL was archived last");
    }

    private double Age(DateTimeOffset? at) => at is { } then ? Math.Max(0, (clock.GetUtcNow() - then).TotalSeconds) : -1;

    private async Task ReadAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await catalog.ReadAsync(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogUnread(_logger, error);
            }
            await Task.Delay(MeasureEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ScheduleAsync(CancellationToken stoppingToken)
    {
        var scheduler = new BackupScheduler(options.Nexus, options.BackupTarget, options.Backups, loggers, clock) { Changed = catalog.Forget };
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

    [LoggerMessage(3050, LogLevel.Error, "The backup schedule stopped; it starts again in a minute")]
    private static partial void LogStopped(ILogger logger, Exception error);

    [LoggerMessage(3051, LogLevel.Error, "The backups could not be read for the metrics; they are read again")]
    private static partial void LogUnread(ILogger logger, Exception error);
}

/// <summary>Registers the backup schedule and the catalog of backups.</summary>
internal static class BackupServices
{
    private static readonly TimeSpan CatalogAge = TimeSpan.FromMinutes(1);

    public static void AddBackups(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var (options, clock) = (provider.GetRequiredService<ServerOptions>(), provider.GetRequiredService<TimeProvider>());
            return new CachedBackupCatalog(new BackupCatalog(options.Nexus, options.BackupTarget, clock), CatalogAge, clock);
        });
        services.AddSingleton<IBackupCatalog>(provider => provider.GetRequiredService<CachedBackupCatalog>());
        // One election for all jobs of the process. It is made when the first of them starts, because the database must be open.
        services.TryAddSingleton(provider => LeaderElection.Of(
            provider.GetRequiredService<NexusDb>(), provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IHostedService>(provider => new BackupService(
            provider.GetRequiredService<ServerOptions>(), provider.GetRequiredService<CachedBackupCatalog>(),
                provider.GetRequiredService<ILeaderElection>,
            provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<ILoggerFactory>(),
                provider.GetRequiredService<TimeProvider>()));
    }
}
