using Microsoft.Extensions.Logging;
using Nexus.Errors;

namespace Nexus.Operations.Maintenance;

/// <summary>Shows the jobs of an open store and runs one by hand. Safe for concurrent use.</summary>
/// <param name="db">The open store.</param>
/// <param name="options">Its settings.</param>
/// <param name="settings">When the jobs run.</param>
/// <param name="loggers">The logger factory.</param>
/// <param name="clock">The clock of the process.</param>
public sealed class MaintenanceDesk(
    NexusDb db, NexusOptions options, MaintenanceOptions settings, ILoggerFactory loggers, TimeProvider clock)
{
    private string? _running;

    /// <summary>The job that this desk has started and that still runs; null for none.</summary>
    public string? Running => Volatile.Read(ref _running);

    /// <summary>The jobs of the store with their last runs, in the order in which a run of all of them takes them.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    public async Task<IReadOnlyList<MaintenanceJobView>> ReadAsync(CancellationToken cancellationToken)
    {
        var history = new MaintenanceHistory(db);
        List<MaintenanceJobView> views = [];
        foreach (var job in Jobs())
        {
            var runs = await history.ReadAsync(job.Name, cancellationToken).ConfigureAwait(false);
            DateTimeOffset? last = runs is [var newest, ..] ? newest.StartedAt : null;
            views.Add(new MaintenanceJobView(
                job.Name, job.Purpose, job.Every, job.IsOffPeak, runs, settings.IsScheduled ? NextOf(job, last) : null));
        }
        return views;
    }

    /// <summary>Starts a job and does not wait for its end. Its result is in the history.</summary>
    /// <param name="name">The name of the job.</param>
    /// <param name="stopping">Stops the job.</param>
    /// <exception cref="NexusNotFoundException">The store has no such job.</exception>
    /// <exception cref="NexusStateException">A job that was started here still runs.</exception>
    public Task StartAsync(string name, CancellationToken stopping)
    {
        var job = Jobs().FirstOrDefault(known => known.Name == name) ?? throw new NexusNotFoundException("the job");
        if (Interlocked.CompareExchange(ref _running, name, null) is { } other) throw new NexusStateException($"the job {other}", "is still running");
        return Task.Run(
            async () =>
            {
                try
                {
                    await new MaintenanceRunner(Target()).RunAsync(job, isDry: false, isForced: true, stopping).ConfigureAwait(false);
                }
                finally
                {
                    Volatile.Write(ref _running, null);
                }
            }, CancellationToken.None);
    }

    private IEnumerable<IMaintenanceJob> Jobs() => MaintenanceJobs.Create(clock).Where(job => job.IsFor(Target()));

    private MaintenanceTarget Target() => new(db, options, loggers, clock, settings.RetainTradesMonths) { Subscriptions = settings.Subscriptions };

    private DateTimeOffset NextOf(IMaintenanceJob job, DateTimeOffset? last)
    {
        var now = clock.GetUtcNow();
        var due = last + job.Every is { } next && next > now ? next : now;
        for (var hour = 0; job.IsOffPeak && !settings.IsQuiet(due) && hour < 24; hour++)
            due = new DateTimeOffset(due.UtcDateTime.Date.AddHours(due.UtcDateTime.Hour + 1), TimeSpan.Zero);
        return due;
    }
}
