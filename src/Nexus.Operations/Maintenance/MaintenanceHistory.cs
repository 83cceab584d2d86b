using Nexus.Errors;
using Nexus.Json;
using Nexus.KeyedState;
using Nexus.Operations.Status;

namespace Nexus.Operations.Maintenance;

/// <summary>The last runs of each job, in the keyed state, so that every instance and <c>nexus status</c> see them.</summary>
internal sealed class MaintenanceHistory(NexusDb db)
{
    private const int MaxRuns = 20;

    private const int MaxText = 500;

    /// <summary>The last runs of a job, newest first.</summary>
    public async Task<IReadOnlyList<JobRun>> ReadAsync(string job, CancellationToken cancellationToken) =>
        await db.State.GetAsync(JobRunReader.Namespace, job, cancellationToken).ConfigureAwait(false) is { } entry
            ? JobRunReader.Parse(entry.Value.MaskedUtf8())
            : [];

    /// <summary>Adds a run. Runs that changed nothing replace the one before, if that changed nothing either.</summary>
    public async Task AddAsync(JobRun run, CancellationToken cancellationToken)
    {
        run = run with { Gained = Short(run.Gained), Steps = [.. run.Steps.Select(step => Short(step)!)] };
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var stored = await db.State.GetAsync(JobRunReader.Namespace, run.Job, cancellationToken).ConfigureAwait(false);
            List<JobRun> runs = [run, .. stored is null ? [] : JobRunReader.Parse(stored.Value.MaskedUtf8())];
            if (runs.Count > 1 && IsQuiet(runs[0]) && IsQuiet(runs[1])) runs.RemoveAt(1);
            if (runs.Count > MaxRuns) runs.RemoveRange(MaxRuns, runs.Count - MaxRuns);
            try
            {
                await db.State.SaveAsync(
                    JobRunReader.Namespace, run.Job, StateJson.From(runs, StatusJson.Default.ListJobRun), StateExpiry.Never, stored?.Version ?? 0,
                    cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (NexusConflictException)
            {
                // Another instance noted a run of the same job: read again.
            }
        }
    }

    private static bool IsQuiet(JobRun run) => run.Outcome == JobOutcome.Nothing;

    private static string? Short(string? text) => text is { Length: > MaxText } ? $"{text[..(MaxText - 1)]}…" : text;
}
