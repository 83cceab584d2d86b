using System.Threading.Channels;

namespace Nexus.Server.Api;

/// <summary>One event stream of the hub: its queued events, and the reason why it ends.</summary>
internal sealed class EventListener(ApiKey key, EventFilter filter, Action<EventListener> leave) : IDisposable
{
    /// <summary>Queued deliveries of a slow reader. All streams of a filter share them, so a full queue costs little memory.</summary>
    private const int MaxWaiting = 32;

    /// <summary>The most different events that wait once they do not fit the queue.</summary>
    private const int MaxItems = 4096;

    private readonly Channel<EventBatch> _waiting = Channel.CreateBounded<EventBatch>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.Wait });

    private readonly Lock _gate = new();
    private ReadOnlyMemory<byte> _lastWords;
    private int _isEnding;

    public ApiKey Key { get; } = key;

    public EventFilter Filter { get; } = filter;

    /// <summary>
    /// Never waits. What a slow reader has not read yet becomes one delivery, in which each record is named once. A reader that is still too far
    /// behind loses its queue, and its stream ends.
    /// </summary>
    public void Offer(EventBatch batch)
    {
        lock (_gate)
        {
            if (_waiting.Writer.TryWrite(batch) || Volatile.Read(ref _isEnding) != 0) return;
            Dictionary<object, EventItem> newest = [];
            while (_waiting.Reader.TryRead(out var waiting)) Add(waiting);
            Add(batch);
            if (newest.Count <= MaxItems) _waiting.Writer.TryWrite(EventBatch.Of([.. newest.Values]));
            else End(EventText.Resync);

            void Add(EventBatch some)
            {
                foreach (var item in some.Items)
                {
                    // In the order of the last change.
                    newest.Remove(item.Key);
                    newest.Add(item.Key, item);
                }
            }
        }
    }

    /// <summary>Ends the stream with this text, unless it is already ending.</summary>
    public bool End(ReadOnlyMemory<byte> lastWords)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) != 0) return false;
        _lastWords = lastWords;
        return _waiting.Writer.TryComplete();
    }

    /// <summary>The deliveries to send, until the stream ends.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in _waiting.Reader.ReadAllAsync(cancellationToken)) yield return batch.Text;
        yield return _lastWords;
    }

    public void Dispose() => leave(this);
}
