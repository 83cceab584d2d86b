using System.Threading.Channels;

namespace Nexus.Server.Api;

/// <summary>One event stream's place at the hub: what it has still to send, and why it ends.</summary>
internal sealed class EventListener(ApiKey key, Action<EventListener> leave) : IDisposable
{
    /// <summary>Deliveries that wait for a slow reader. They are shared by all streams, so that a full queue costs little memory.</summary>
    private const int MaxWaiting = 64;

    private readonly Channel<ReadOnlyMemory<byte>> _waiting = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.Wait });

    private ReadOnlyMemory<byte> _lastWords;
    private int _isEnding;

    public ApiKey Key { get; } = key;

    /// <summary>Never waits. A listener that is too far behind loses what waits and ends.</summary>
    public void Offer(ReadOnlyMemory<byte> text)
    {
        if (_waiting.Writer.TryWrite(text) || !End(EventText.Resync)) return;
        while (_waiting.Reader.TryRead(out _))
        {
            // What it lost is part of the resync.
        }
    }

    /// <summary>Ends the stream with these words, unless it ends already.</summary>
    public bool End(ReadOnlyMemory<byte> lastWords)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) != 0) return false;
        _lastWords = lastWords;
        return _waiting.Writer.TryComplete();
    }

    /// <summary>What is to be sent, to the end.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var text in _waiting.Reader.ReadAllAsync(cancellationToken)) yield return text;
        yield return _lastWords;
    }

    public void Dispose() => leave(this);
}
