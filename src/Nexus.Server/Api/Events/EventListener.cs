using System.Threading.Channels;

namespace Nexus.Server.Api;

/// <summary>One event stream of the hub: its queued events, and the reason why it ends.</summary>
internal sealed class EventListener(ApiKey key, Action<EventListener> leave) : IDisposable
{
    /// <summary>Queued deliveries of a slow reader. All streams share them, so a full queue costs little memory.</summary>
    private const int MaxWaiting = 64;

    private readonly Channel<ReadOnlyMemory<byte>> _waiting = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.Wait });

    private ReadOnlyMemory<byte> _lastWords;
    private int _isEnding;

    public ApiKey Key { get; } = key;

    /// <summary>Never waits. A listener that is too far behind loses its queue and ends.</summary>
    public void Offer(ReadOnlyMemory<byte> text)
    {
        if (_waiting.Writer.TryWrite(text) || !End(EventText.Resync)) return;
        while (_waiting.Reader.TryRead(out _))
        {
            // The resync event covers the lost deliveries.
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
        await foreach (var text in _waiting.Reader.ReadAllAsync(cancellationToken)) yield return text;
        yield return _lastWords;
    }

    public void Dispose() => leave(this);
}
