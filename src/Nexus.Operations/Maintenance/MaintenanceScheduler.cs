using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Operations.Leadership;
using Nexus.Operations.Status;

namespace Nexus.Operations.Maintenance;

/// <summary>Runs the jobs when they are due, one after the other, in the instance that leads.</summary>
public sealed partial class MaintenanceScheduler : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(30);

    private readonly MaintenanceOptions _settings;
    private readonly MaintenanceTarget _target;
    private readonly MaintenanceRunner _runner;
    private readonly LoadWatch _load = new();
    private readonly IReadOnlyList<IMaintenanceJob> _jobs;
    private readonly ILogger _logger;

    /// <summary>Prepares the jobs of a store.</summary>
    /// <param name="db">The open store.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="settings">When the jobs run.</param>
    /// <param name="loggers">The logger factory.</param>
    /// <param name="clock">The clock of the process.</param>
    public MaintenanceScheduler(NexusDb db, NexusOptions options, MaintenanceOptions settings, ILoggerFactory loggers, TimeProvider clock)
    {
        _settings = settings;
        _target = new MaintenanceTarget(db, options, loggers, clock, settings.RetainTradesMonths) { Subscriptions = settings.Subscriptions };
        _runner = new MaintenanceRunner(_target, _load);
        _jobs = [.. MaintenanceJobs.Create(clock).Where(job => job.IsFor(_target))];
        _logger = loggers.CreateLogger<MaintenanceScheduler>();
    }

    /// <summary>Runs jobs until cancelled.</summary>
    public Task RunAsync(ILeaderElection election, CancellationToken cancellationToken) =>
        election.RunAsLeaderAsync(RunTermAsync, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _load.Dispose();

    private async Task RunTermAsync(ILeaderTerm term)
    {
        var history = new MaintenanceHistory(_target.Db);
        var next = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        while (true)
        {
            foreach (var job in _jobs)
            {
                var now = _target.Clock.GetUtcNow();
                var outcome = JobOutcome.Failed;
                if (job.IsOffPeak && !_settings.IsQuiet(now)) continue;
                try
                {
                    // After a restart or a change of leader, the history says when the job ran last.
                    if (!next.TryGetValue(job.Name, out var due))
                        next[job.Name] = due = await history.ReadAsync(job.Name, term.Lost).ConfigureAwait(false) is [var last, ..]
                            ? last.StartedAt + Pause(job, last.Outcome)
                            : now;
                    // A history from the future is that of another clock.
                    if (due > now && due <= now + job.Every) continue;
                    outcome = (await _runner.RunAsync(job, isDry: false, isForced: false, term.Lost).ConfigureAwait(false)).Outcome;
                }
                catch (Exception error) when (error is NexusException or System.Text.Json.JsonException or FormatException)
                {
                    LogNotRun(_logger, job.Name, error.Message);
                }
                next[job.Name] = _target.Clock.GetUtcNow() + Pause(job, outcome);
            }
            await Task.Delay(LookEvery, _target.Clock, term.Lost).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A job that something was in the way of is tried again soon: one that is due once a night would meet the backup of each night otherwise, and
    /// never run.
    /// </summary>
    internal static TimeSpan Pause(IMaintenanceJob job, JobOutcome outcome) =>
        outcome is JobOutcome.Skipped && job.Every > RetryAfter ? RetryAfter : job.Every;

    [LoggerMessage(2412, LogLevel.Warning, "Maintenance {Job} was not run: {Reason}")]
    private static partial void LogNotRun(ILogger logger, string job, string reason);
}
