using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Trades;

/// <summary>Trades on their way into the store: gathered into batches, each of which takes the queue's lane for batches.</summary>
internal sealed class AppendRun(WriteQueue queue, string invalidState)
{
    /// <summary>Trades in one commit: large enough to be bound by the server, small enough to stay out of the large object heap.</summary>
    private const int BatchSize = 1000;

    private readonly List<OpenTrade> _batch = new(BatchSize);
    private readonly List<long> _places = new(BatchSize);
    private readonly HashSet<Guid> _ids = [];
    private long _next;

    public AppendReport Report { get; } = new();

    /// <summary>The next trade of the input is not stored.</summary>
    public void Reject(NexusException error) => Report.Reject(_next++, error);

    public async ValueTask AddAsync(OpenTrade write, CancellationToken cancellationToken)
    {
        // A batch holds a record once; the same trade again waits for the next batch and then is there already.
        if (_ids.Contains(write.Trade.Id)) await FlushAsync(cancellationToken).ConfigureAwait(false);
        _ids.Add(write.Trade.Id);
        _batch.Add(write);
        _places.Add(_next++);
        if (_batch.Count == BatchSize) await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count == 0) return;
        var outcomes = await queue.WriteBatchAsync([.. _batch], atomic: false, cancellationToken).ConfigureAwait(false);
        for (var n = 0; n < outcomes.Length; n++) Report.Count(_places[n], outcomes[n], _batch[n].Key, invalidState);
        _batch.Clear();
        _places.Clear();
        _ids.Clear();
    }
}
