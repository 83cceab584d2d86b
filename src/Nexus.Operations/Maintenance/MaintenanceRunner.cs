using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Operations.Leadership;
using Nexus.Operations.Status;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Maintenance;

/// <summary>
/// Runs one job: never two at once in all instances, never beside a backup or a failing replica, and not when the store becomes slow.
/// </summary>
internal sealed partial class MaintenanceRunner(MaintenanceTarget target, LoadWatch? load = null)
{
    /// <summary>The lease of the one job that runs.</summary>
    public const string RunningLease = "maintenance job";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = target.Loggers.CreateLogger<MaintenanceRunner>();
    private readonly MaintenanceHistory _history = new(target.Db);

    /// <param name="job">The job.</param>
    /// <param name="isDry">Changes nothing and leaves no trace in the history.</param>
    /// <param name="isForced">An operator asked for it.</param>
    /// <param name="cancellationToken">Cancels the job.</param>
    public async Task<JobRun> RunAsync(IMaintenanceJob job, bool isDry, bool isForced, CancellationToken cancellationToken)
    {
        var (startedAt, started) = (target.Clock.GetUtcNow(), target.Clock.GetTimestamp());
        var result = new JobRun(job.Name, startedAt, 0, JobOutcome.Skipped, "another instance runs a job", []);
        var election = LeaderElection.Of(target.Db, target.Loggers, target.Clock, RunningLease);
        try
        {
            await election.TryRunAsLeaderAsync(
                async term => result = await RunAsync(job, term, isDry, isForced, result).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (LeadershipLostException)
        {
            result = result with { Outcome = JobOutcome.Skipped, Gained = "stopped: the lease of the job was lost" };
        }
        finally
        {
            if (election is IAsyncDisposable disposable) await disposable.DisposeAsync().ConfigureAwait(false);
        }
        result = result with { Seconds = Math.Round(target.Clock.GetElapsedTime(started).TotalSeconds, 3) };
        LogRun(_logger, result.Job, result.Outcome, result.Seconds, result.Gained ?? "");
        if (!isDry) await NoteAsync(result, cancellationToken).ConfigureAwait(false);
        return result;
    }

    private async Task<JobRun> RunAsync(IMaintenanceJob job, ILeaderTerm term, bool isDry, bool isForced, JobRun result)
    {
        using var yielding = CancellationTokenSource.CreateLinkedTokenSource(term.Lost);
        using var watched = load?.Begin();
        var watching = WatchAsync(watched, yielding);
        List<string> steps = [];
        try
        {
            IReadOnlyList<PostgresOptions?> databases = [null];
            if (target.Db.Shards > 1 && job.NeedsConnection)
                databases = await ShardedDatabase.ListAsync(target.Options, yielding.Token).ConfigureAwait(false);
            var (gained, failed) = (new List<string>(), new List<string>());
            foreach (var database in databases)
            {
                var place = databases.Count == 1 ? "" : $"{database!.Schema}: ";
                var (done, failures) = await RunAsync(job, database, term, isDry, isForced, steps, yielding.Token).ConfigureAwait(false);
                if (done is not null) gained.Add(place + done);
                failed.AddRange(failures.Select(failure => place + failure));
            }
            var outcome = failed.Count > 0 ? JobOutcome.Failed : gained.Count > 0 ? JobOutcome.Done : JobOutcome.Nothing;
            return result with { Outcome = outcome, Gained = gained.Count + failed.Count == 0 ? null : Text(gained, failed), Steps = steps };
        }
        catch (MaintenanceSkippedException skipped)
        {
            return result with { Outcome = JobOutcome.Skipped, Gained = skipped.Message, Steps = steps };
        }
        catch (Exception error) when (watched is { IsSlow: true } && error is OperationCanceledException or PostgresException { SqlState: "57014" })
        {
            return result with { Outcome = JobOutcome.Yielded, Gained = "the store became twice as slow", Steps = steps };
        }
        catch (Exception error) when (error is NexusException or NpgsqlException or IOException)
        {
            return result with { Outcome = JobOutcome.Failed, Gained = OperatorTerms.Translate(error.Message), Steps = steps };
        }
        // Rows that something else wrote, or a mistake of the job: its own failure, and not the end of the server.
        catch (Exception error) when (error is not (OperationCanceledException or LeadershipLostException))
        {
            LogUnexpected(_logger, error, job.Name);
            var gained = $"an unexpected error, which the log describes: {error.GetType().Name}";
            return result with { Outcome = JobOutcome.Failed, Gained = gained, Steps = steps };
        }
        finally
        {
            await yielding.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    /// <summary>In one database.</summary>
    /// <exception cref="MaintenanceSkippedException">Something is in the way.</exception>
    private async Task<(string? Gained, IReadOnlyList<string> Failures)> RunAsync(
        IMaintenanceJob job, PostgresOptions? database, ILeaderTerm term, bool isDry, bool isForced, List<string> steps,
        CancellationToken cancellationToken)
    {
        var run = await MaintenanceRun.OpenAsync(target, database, job, term, isDry, isForced, cancellationToken).ConfigureAwait(false);
        await using var end = run.ConfigureAwait(false);
        try
        {
            if (await MaintenanceBlockers.FindAsync(run, cancellationToken).ConfigureAwait(false) is { } blocker)
                throw new MaintenanceSkippedException(blocker);
            return (await job.RunAsync(run, cancellationToken).ConfigureAwait(false), run.Failures);
        }
        finally
        {
            steps.AddRange(run.Steps.Take(Math.Max(0, JobRun.MaxSteps - steps.Count)));
        }
    }

    /// <summary>At most this many failures in words: a hundred partitions may have the same one.</summary>
    private static string Text(List<string> gained, List<string> failed)
    {
        const int shown = 3;
        var more = failed.Count > shown ? [$"and {failed.Count - shown} more"] : Array.Empty<string>();
        return string.Join("; ", [.. gained, .. failed.Take(shown), .. more]);
    }

    private async Task WatchAsync(LoadWatch.Watched? watched, CancellationTokenSource yielding)
    {
        if (watched is null) return;
        while (!yielding.IsCancellationRequested && !watched.IsSlow)
            await Task.Delay(LookEvery, target.Clock, yielding.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await yielding.CancelAsync().ConfigureAwait(false);
    }

    private async Task NoteAsync(JobRun run, CancellationToken cancellationToken)
    {
        try
        {
            await _history.AddAsync(run, cancellationToken).ConfigureAwait(false);
        }
        catch (NexusException error)
        {
            LogNotNoted(_logger, run.Job, error.Message);
        }
    }

    [LoggerMessage(2410, LogLevel.Information, "Maintenance {Job}: {Outcome} in {Seconds} s {Gained}")]
    private static partial void LogRun(ILogger logger, string job, JobOutcome outcome, double seconds, string gained);

    [LoggerMessage(2411, LogLevel.Warning, "The run of {Job} could not be added to the history of maintenance: {Reason}")]
    private static partial void LogNotNoted(ILogger logger, string job, string reason);

    [LoggerMessage(2413, LogLevel.Error, "Maintenance {Job} failed unexpectedly; it runs again as scheduled")]
    private static partial void LogUnexpected(ILogger logger, Exception error, string job);
}
