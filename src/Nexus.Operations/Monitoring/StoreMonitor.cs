using System.Diagnostics.Metrics;
using Nexus.Errors;
using Nexus.Stores;
using Nexus.Tasks;

namespace Nexus.Operations.Monitoring;

/// <summary>Whether the store responds, and the disk of the data folder. Measured in the background; reading the result never waits.</summary>
internal sealed class StoreMonitor(NexusDb db, NexusOptions options, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly string[] Concerns =
    [
        StoreConcern.ChangesNotHeard, StoreConcern.OldPrimary, StoreConcern.AnotherReadWriteInstance, StoreConcern.TradesWithoutPartition,
        StoreConcern.UnsettledBatches, StoreConcern.UnknownShard, StoreConcern.ShardUnavailable, StoreConcern.DamagedFile,
    ];

    private Task<DiskSpace>? _measuring;

    /// <summary>Whether the store responded last; the server starts only with an open store.</summary>
    public bool IsUp { get; private set; } = true;

    public bool UsesPostgres => options.UsesPostgres;

    /// <summary>The disk as it was measured last.</summary>
    public DiskSpace Disk { get; private set; } = DiskSpace.Of(options.DataFolder);

    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        IsUp = await RespondsAsync(cancellationToken).ConfigureAwait(false);
        if (IsUp) await MeasureTasksAsync(cancellationToken).ConfigureAwait(false);
        // A network disk that hangs keeps its thread; there is never more than one.
        if (_measuring is { IsCompleted: false }) return;
        _measuring = Task.Run(() => DiskSpace.Of(options.DataFolder), CancellationToken.None);
        try
        {
            Disk = await _measuring.WaitAsync(Patience, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The last figures stay.
        }
    }

    /// <summary>The tasks that waited for a worker when they were counted last; null before.</summary>
    public TaskBacklog? Tasks { get; private set; }

    public IEnumerable<Measurement<int>> ReadConcerns()
    {
        var present = db.Concerns.Select(concern => concern.Code).ToHashSet(StringComparer.Ordinal);
        return Concerns.Select(code => new Measurement<int>(present.Contains(code) ? 1 : 0, new KeyValuePair<string, object?>("concern", code)));
    }

    private async Task MeasureTasksAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            Tasks = await db.Tasks.GetBacklogAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is NexusException or OperationCanceledException or InvalidOperationException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The last figures stay.
        }
    }

    private async Task<bool> RespondsAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await db.GetTimeAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is NexusException or OperationCanceledException or InvalidOperationException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}
