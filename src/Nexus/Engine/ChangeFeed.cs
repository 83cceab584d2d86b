using System.Threading.Channels;

namespace Nexus.Engine;

/// <summary>Passes committed changes to the listeners in this process.</summary>
/// <remarks>
/// A listener that falls behind loses its oldest notices and then gets <see cref="StateChange.Everything"/> for each table, so that it
/// never keeps a stale record. Memory is bounded, and the writer never waits.
/// </remarks>
internal sealed class ChangeFeed
{
    private const int BufferedBatches = 1024;

    private readonly Lock _gate = new();
    private readonly IReadOnlyList<StateChange> _everything;
    private Listener[] _listeners = [];
    private Action<IReadOnlyList<StateChange>>? _synchronous;

    /// <param name="everything">What tells that any record of any table may have changed.</param>
    /// <param name="proof">What proves that changes of other instances arrive; left out where there are no others.</param>
    public ChangeFeed(IReadOnlyList<StateChange> everything, CacheProof? proof = null) =>
        (_everything, Proof) = (everything, proof ?? CacheProof.Always);

    /// <summary>A store publishes <see cref="StateChange.Everything"/> before it extends a proof that had run out.</summary>
    public CacheProof Proof { get; }

    /// <summary>Whether changes of other instances are proven to arrive. While they are not, nothing may be served from memory.</summary>
    public bool IsLive => Proof.IsProven;

    /// <summary>Called on the publisher's thread before any stream: for caches, which must drop what changed before a caller learns of it.</summary>
    public event Action<IReadOnlyList<StateChange>> Published
    {
        add { lock (_gate) _synchronous += value; }
        remove { lock (_gate) _synchronous -= value; }
    }

    public void Publish(IReadOnlyList<StateChange> changes)
    {
        if (changes.Count == 0) return;
        _synchronous?.Invoke(changes);
        foreach (var listener in Volatile.Read(ref _listeners)) listener.Offer(changes);
    }

    /// <summary>
    /// Makes caches drop a record that a write has shown to be stale: the store has another version than the caller saw, or no such record. It may
    /// have been changed by a program that sends no notices.
    /// </summary>
    public void Suspect(IReadOnlyList<StateChange> records) => _synchronous?.Invoke(records);

    /// <summary>Every change after the call, until cancelled.</summary>
    public Subscription Subscribe()
    {
        var listener = new Listener(_everything);
        lock (_gate) _listeners = [.. _listeners, listener];
        return new Subscription(this, listener);
    }

    private void Remove(Listener listener)
    {
        lock (_gate) _listeners = [.. _listeners.Where(other => other != listener)];
    }

    /// <summary>A running subscription; disposing ends it.</summary>
    internal sealed class Subscription : IDisposable
    {
        private readonly ChangeFeed _feed;
        private readonly Listener _listener;

        internal Subscription(ChangeFeed feed, Listener listener) => (_feed, _listener) = (feed, listener);

        public IAsyncEnumerable<IReadOnlyList<StateChange>> ReadAllAsync(CancellationToken cancellationToken) =>
            _listener.ReadAllAsync(cancellationToken);

        public void Dispose() => _feed.Remove(_listener);
    }

    internal sealed class Listener
    {
        private readonly IReadOnlyList<StateChange> _everything;
        private readonly Channel<IReadOnlyList<StateChange>> _channel;
        private int _missed;

        public Listener(IReadOnlyList<StateChange> everything)
        {
            _everything = everything;
            _channel = Channel.CreateBounded<IReadOnlyList<StateChange>>(
                new BoundedChannelOptions(BufferedBatches) { FullMode = BoundedChannelFullMode.DropOldest },
                _ => Interlocked.Exchange(ref _missed, 1));
        }

        public void Offer(IReadOnlyList<StateChange> changes) => _channel.Writer.TryWrite(changes);

        public async IAsyncEnumerable<IReadOnlyList<StateChange>> ReadAllAsync(
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var changes in _channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (Interlocked.Exchange(ref _missed, 0) == 1) yield return _everything;
                yield return changes;
            }
        }
    }
}
