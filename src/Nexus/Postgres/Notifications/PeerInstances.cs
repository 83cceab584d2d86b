namespace Nexus.Postgres;

/// <summary>Other instances on the same state, known by their heartbeats.</summary>
internal sealed class PeerInstances(TimeProvider clock)
{
    /// <summary>More are not told apart: one is enough to warn of.</summary>
    private const int Most = 32;

    /// <summary>Programs that open the store only briefly do not count as instances.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Mode, long First, long Last)> _peers = new(StringComparer.Ordinal);

    /// <param name="sender">The instance's id.</param>
    /// <param name="mode">Its fallback mode as settings name it.</param>
    public void Seen(string sender, string mode)
    {
        var now = clock.GetTimestamp();
        lock (_gate)
        {
            foreach (var gone in _peers.Where(peer => clock.GetElapsedTime(peer.Value.Last, now) > Gone).Select(peer => peer.Key).ToList())
                _peers.Remove(gone);
            if (_peers.TryGetValue(sender, out var peer)) _peers[sender] = (mode, peer.First, now);
            else if (_peers.Count < Most) _peers[sender] = (mode, now, now);
        }
    }

    /// <summary>How many instances with this mode are there beside this one.</summary>
    public int Count(string mode)
    {
        var now = clock.GetTimestamp();
        lock (_gate)
        {
            return _peers.Values.Count(peer => peer.Mode == mode && clock.GetElapsedTime(peer.Last, now) <= Gone
                && clock.GetElapsedTime(peer.First, peer.Last) >= Settled);
        }
    }
}
