using System.Text.Json;
using Nexus.Errors;
using Nexus.Json;
using Nexus.KeyedState;

namespace Nexus.Operations.Maintenance;

/// <summary>The last runs of each job, in the keyed state, so that every instance and <c>nexus status</c> see them.</summary>
internal sealed class MaintenanceHistory(NexusDb db)
{
    /// <summary>A namespace that bots cannot write over HTTP.</summary>
    public const string Namespace = "nexus.maintenance";

    private const int MaxRuns = 20;

    private const int MaxText = 500;

    /// <summary>The last runs of a job, newest first.</summary>
    public async Task<IReadOnlyList<JobRun>> ReadAsync(string job, CancellationToken cancellationToken) =>
        await db.State.GetAsync(Namespace, job, cancellationToken).ConfigureAwait(false) is { } entry ? Parse(entry.Value.ToString()) : [];

    /// <summary>Adds a run. Runs that changed nothing replace the one before, if that changed nothing either.</summary>
    public async Task AddAsync(JobRun run, CancellationToken cancellationToken)
    {
        run = run with { Gained = Short(run.Gained), Steps = [.. run.Steps.Select(step => Short(step)!)] };
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var stored = await db.State.GetAsync(Namespace, run.Job, cancellationToken).ConfigureAwait(false);
            List<JobRun> runs = [run, .. stored is null ? [] : Parse(stored.Value.ToString())];
            if (runs.Count > 1 && IsQuiet(runs[0]) && IsQuiet(runs[1])) runs.RemoveAt(1);
            if (runs.Count > MaxRuns) runs.RemoveRange(MaxRuns, runs.Count - MaxRuns);
            try
            {
                await db.State.SaveAsync(
                    Namespace, run.Job, StateJson.From(runs, MaintenanceJson.Default.ListJobRun), StateExpiry.Never, stored?.Version ?? 0,
                    cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (NexusConflictException)
            {
                // Another instance noted a run of the same job: read again.
            }
        }
    }

    /// <summary>The last run of each job, in a store that is only read.</summary>
    public static async Task<IReadOnlyList<JobRun>> ReadLastAsync(IKeyedStateReader store, CancellationToken cancellationToken)
    {
        List<JobRun> last = [];
        foreach (var (name, _) in MaintenanceJobs.Names)
        {
            var row = await store.GetKeyedStateAsync(new StateKey(Namespace, name).Id, cancellationToken).ConfigureAwait(false);
            if (row is not null && Parse(System.Text.Encoding.UTF8.GetString(row.Value.Span)) is [var run, ..]) last.Add(run);
        }
        return last;
    }

    internal static IReadOnlyList<JobRun> Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, MaintenanceJson.Default.ListJobRun) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static bool IsQuiet(JobRun run) => run.Outcome == JobOutcome.Nothing;

    private static string? Short(string? text) => text is { Length: > MaxText } ? $"{text[..(MaxText - 1)]}…" : text;
}
