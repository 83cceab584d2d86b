using System.Text.Json;
using Nexus.Errors;

namespace Nexus.Operations.Alerts;

/// <summary>What each instance says about itself, for the leader. Stored, so that it survives a restart.</summary>
internal sealed class InstanceReports(IAlertRecords records, string instance, TimeProvider clock)
{
    private const string Prefix = "instance-";

    /// <summary>An instance that says nothing for longer has stopped, and its alerts with it.</summary>
    private static readonly TimeSpan Current = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private long _savedAt;
    private bool _savedAny;

    /// <summary>What this instance said last.</summary>
    public async Task<IReadOnlyList<TrackedAlert>> LoadOwnAsync(CancellationToken cancellationToken) =>
        await records.GetAsync(Prefix + instance, cancellationToken).ConfigureAwait(false) is { } record ? Read(record) : [];

    /// <summary>Says what holds now, if it changed or was said long ago.</summary>
    public async Task SaveOwnAsync(IEnumerable<TrackedAlert> alerts, bool changed, CancellationToken cancellationToken)
    {
        List<TrackedAlert> active = [.. alerts.Where(alert => alert.State != AlertState.Resolved)];
        var isDue = changed || (active.Count > 0 && clock.GetElapsedTime(_savedAt) >= Again);
        if (!isDue || (active.Count == 0 && !_savedAny)) return;
        var json = JsonSerializer.Serialize(new InstanceReport { Alerts = active }, AlertStateJson.Default.InstanceReport);
        await records.SaveAsync(Prefix + instance, json, Kept, expectedVersion: null, cancellationToken).ConfigureAwait(false);
        (_savedAt, _savedAny) = (clock.GetTimestamp(), active.Count > 0);
    }

    /// <summary>What the other instances say.</summary>
    public async Task<IReadOnlyList<TrackedAlert>> LoadOthersAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var reports = await records.ListAsync(Prefix, cancellationToken).ConfigureAwait(false);
        return [.. reports.Where(report => report.Key != Prefix + instance && now - report.SavedAt < Current).SelectMany(Read)];
    }

    private static IReadOnlyList<TrackedAlert> Read(AlertRecord record)
    {
        try
        {
            return JsonSerializer.Deserialize(record.Json, AlertStateJson.Default.InstanceReport)?.Alerts ?? [];
        }
        catch (JsonException)
        {
            // Of a newer version.
            return [];
        }
    }
}
