using Nexus.Engine;

namespace Nexus.Postgres;

/// <summary>What the numbers of a peer's notices say about the rows in memory.</summary>
internal enum PeerFinding
{
    /// <summary>Nothing was missed.</summary>
    InOrder,

    /// <summary>A number was skipped, or a peer that was lost is heard again: a change may have been missed.</summary>
    Gap,

    /// <summary>A peer whose first notice was not heard.</summary>
    Unknown,

    /// <summary>A peer has been silent for <see cref="PeerSequences.LostAfter"/>, or the time after that is over.</summary>
    Lost,

    /// <summary>A change may come that nobody announces: what is in memory must not grow old.</summary>
    Doubtful,
}

/// <summary>
/// Counts the notices of other instances. An instance announces a commit after it, so a commit before its death may never be announced: its silence
/// then makes the others drop what they have in memory.
/// </summary>
/// <remarks>
/// A peer is an instance together with the server process that sends for it. PostgreSQL writes the process into each notice, so another role can
/// send in the name of an instance, but not continue its numbers or keep it alive after its death.
/// </remarks>
internal sealed class PeerSequences(TimeProvider clock)
{
    /// <summary>More are not told apart; while there are more, rows in memory are dropped every <see cref="DropEvery"/>.</summary>
    public const int Most = 64;

    /// <summary>
    /// How long a statement or commit of a lost instance may still run in the server. Those that take longer before their commit announce
    /// themselves (<see cref="BatchNotices"/>).
    /// </summary>
    public static readonly TimeSpan DoubtFor = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan DropEvery = TimeSpan.FromSeconds(2);

    /// <summary>A little less than the bound: a peer is taken for lost before the proof ends because of it.</summary>
    public static readonly TimeSpan LostAfter = CacheProof.Bound - TimeSpan.FromMilliseconds(100);

    private const long NotCounted = -1;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Instance, int Process), Peer> _peers = [];
    private long? _settlesFrom;
    private long? _overflowFrom;
    private long _droppedAt;

    /// <summary>Peers that are heard.</summary>
    public int Count
    {
        get { lock (_gate) return _peers.Values.Count(peer => peer.LostAt is null); }
    }

    /// <summary>The earliest of the times at which each peer was last heard; null without peers.</summary>
    public long? Oldest
    {
        get
        {
            lock (_gate)
            {
                long? oldest = null;
                foreach (var peer in _peers.Values)
                {
                    if (peer.LostAt is null && !(oldest <= peer.HeardAt)) oldest = peer.HeardAt;
                }
                return oldest;
            }
        }
    }

    /// <summary>A new connection listens, and what is in memory was dropped. Each peer must be heard again within the bound.</summary>
    public void Listen()
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            foreach (var peer in _peers.Values) (peer.Number, peer.HeardAt) = (NotCounted, now);
            // An instance that died before its first notice here.
            _settlesFrom = now;
        }
    }

    /// <param name="instance">The peer.</param>
    /// <param name="process">The server process that sent the notice.</param>
    /// <param name="number">Of the notice, from 1 on.</param>
    /// <param name="isEnd">Whether it is the peer's last.</param>
    /// <param name="heardAt">A time before which the notice was not sent: that of this instance's own last notice that came before it.</param>
    public PeerFinding Hear(string instance, int process, long number, bool isEnd, long heardAt)
    {
        lock (_gate)
        {
            if (!_peers.TryGetValue((instance, process), out var peer))
            {
                if (!isEnd) Add((instance, process), number, heardAt);
                return Dropping(number == 1 ? PeerFinding.InOrder : PeerFinding.Unknown);
            }
            // A new connection that happens to have the same process number begins again.
            var isRestart = number == 1 && peer.Number > 1;
            var isInOrder = peer.LostAt is null && !isRestart && (peer.Number == NotCounted || number <= peer.Number + 1);
            peer.Number = isRestart ? number : Math.Max(peer.Number, number);
            (peer.HeardAt, peer.LostAt) = (Math.Max(peer.HeardAt, heardAt), null);
            if (isEnd) _peers.Remove((instance, process));
            return Dropping(isInOrder ? PeerFinding.InOrder : PeerFinding.Gap);
        }
    }

    /// <summary>What must be dropped now, without a notice.</summary>
    public PeerFinding Judge()
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            bool isLost = false, isDoubtful = false;
            foreach (var (id, peer) in _peers.ToArray())
            {
                if (peer.LostAt is null && clock.GetElapsedTime(peer.HeardAt, now) >= LostAfter)
                {
                    peer.LostAt = now;
                    isLost = true;
                }
                else if (peer.LostAt is { } lostAt)
                {
                    var isOver = clock.GetElapsedTime(lostAt, now) >= DoubtFor;
                    if (isOver || IsHeardElsewhere(id.Instance)) _peers.Remove(id);
                    else isDoubtful = true;
                    isLost |= isOver;
                }
            }
            if (_overflowFrom is { } overflow)
            {
                isDoubtful = true;
                if (clock.GetElapsedTime(overflow, now) >= DoubtFor) _overflowFrom = null;
            }
            if (isLost) return Dropping(PeerFinding.Lost);
            if (isDoubtful && clock.GetElapsedTime(_droppedAt, now) >= DropEvery) return Dropping(PeerFinding.Doubtful);
            if (_settlesFrom is not { } from || clock.GetElapsedTime(from, now) < CacheProof.Bound) return PeerFinding.InOrder;
            _settlesFrom = null;
            return Dropping(PeerFinding.Doubtful);
        }
    }

    /// <summary>It has a new connection, and announces there whatever it could not announce before.</summary>
    private bool IsHeardElsewhere(string instance) => _peers.Any(peer => peer.Key.Instance == instance && peer.Value.LostAt is null);

    private void Add((string Instance, int Process) id, long number, long heardAt)
    {
        if (_peers.Count < Most) _peers.Add(id, new Peer { Number = number, HeardAt = heardAt });
        else _overflowFrom = clock.GetTimestamp();
    }

    private PeerFinding Dropping(PeerFinding finding)
    {
        if (finding != PeerFinding.InOrder) _droppedAt = clock.GetTimestamp();
        return finding;
    }

    private sealed class Peer
    {
        public long Number { get; set; }

        public long HeardAt { get; set; }

        public long? LostAt { get; set; }
    }
}
