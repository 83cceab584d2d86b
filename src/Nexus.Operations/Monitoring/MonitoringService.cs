using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Nexus.Operations.Monitoring;

/// <summary>
/// The two loops of the monitoring: one reads the figures of store, disk and PostgreSQL, the other takes the samples and evaluates over them. A
/// hanging PostgreSQL delays only the first.
/// </summary>
internal sealed partial class MonitoringService(
    MonitoringOptions options, IMetricSource source, MetricHistory history, StoreMonitor store, IEnumerable<IMetricRound> rounds,
        IEnumerable<IFigureReader> readers, IMeterFactory meters, TimeProvider clock, ILogger<MonitoringService> logger,
            PostgresCollector? collector = null, MonitorConnection? connection = null) : BackgroundService
{
    /// <summary>The first round comes after this part of an interval: a second by default.</summary>
    private const int FirstRoundPart = 15;

    /// <summary>The instruments exist before the server counts, so that no series appears later.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(MonitoringServices.MeterName);
        MonitorInstruments.AddStore(meter, store);
        if (collector is not null) MonitorInstruments.AddPostgres(meter, collector, connection!.Database);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A third of the work of a start would be the first round, and the first requests would wait for the processor meanwhile.
        await Task.Delay(options.Interval / FirstRoundPart, clock, stoppingToken).ConfigureAwait(false);
        // The first round judges a first reading, not its absence.
        var isRead = new TaskCompletionSource();
        await Task.WhenAll(
            RepeatAsync(
                async token =>
                {
                    try
                    {
                        await ReadFiguresAsync(token).ConfigureAwait(false);
                    }
                    finally
                    {
                        isRead.TrySetResult();
                    }
                },
                stoppingToken),
            RepeatAsync(
                async token =>
                {
                    await isRead.Task.WaitAsync(token).ConfigureAwait(false);
                    await RunRoundAsync(token).ConfigureAwait(false);
                },
                stoppingToken)).ConfigureAwait(false);
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Interval, clock);
        try
        {
            do
            {
                try
                {
                    await work(stoppingToken).ConfigureAwait(false);
                }
                catch (Exception error) when (!stoppingToken.IsCancellationRequested)
                {
                    LogFailed(logger, error);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task ReadFiguresAsync(CancellationToken cancellationToken)
    {
        await store.MeasureAsync(cancellationToken).ConfigureAwait(false);
        foreach (var reader in readers) await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task RunRoundAsync(CancellationToken cancellationToken)
    {
        foreach (var round in rounds) history.Watch(round.Metrics);
        if (await source.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } text) return;
        history.Add(clock.GetUtcNow(), text);
        foreach (var round in rounds)
        {
            try
            {
                await round.RunAsync(history.Window, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(logger, error);
            }
        }
    }

    [LoggerMessage(2101, LogLevel.Error, "A monitoring round failed; the next one runs as scheduled")]
    private static partial void LogFailed(ILogger logger, Exception error);
}
