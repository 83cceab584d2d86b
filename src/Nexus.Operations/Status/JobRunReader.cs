using System.Text.Json;
using Nexus.KeyedState;

namespace Nexus.Operations.Status;

/// <summary>Reads the history of maintenance from the keyed state.</summary>
internal static class JobRunReader
{
    /// <summary>A namespace that bots cannot write over HTTP.</summary>
    public const string Namespace = "nexus.maintenance";

    /// <summary>The last run of each job, by name.</summary>
    public static async Task<IReadOnlyList<JobRun>> ReadLastAsync(IKeyedStateReader store, CancellationToken cancellationToken)
    {
        List<JobRun> last = [];
        // The character after the slash that ends a namespace.
        var all = new StateRange($"{Namespace}/", Before: $"{Namespace}0");
        await foreach (var row in store.ListKeyedStateAsync(all, cancellationToken).ConfigureAwait(false))
        {
            if (Parse(row.Value.Span) is [var run, ..]) last.Add(run);
        }
        return last;
    }

    /// <summary>The runs of a job, newest first; none if the text is damaged.</summary>
    public static IReadOnlyList<JobRun> Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StatusJson.Default.ListJobRun) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
