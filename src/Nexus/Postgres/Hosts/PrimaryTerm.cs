namespace Nexus.Postgres;

/// <summary>The time in which one server is the primary, as a connection to it knows it.</summary>
/// <param name="Fence">Says when it ends.</param>
/// <param name="Epoch">When the connection was opened.</param>
/// <param name="Ended">Cancelled soon after a newer primary was seen.</param>
internal readonly record struct PrimaryTerm(PrimaryFence Fence, long Epoch, CancellationToken Ended)
{
    /// <summary>False once a newer primary was seen: what the connection commits or returns does not count.</summary>
    public bool IsCurrent => Epoch == Fence.Epoch;

    /// <summary>To be called between a response of the server and the use of it.</summary>
    /// <exception cref="ReplacedServerException">A newer primary was seen, so the commit ledger there decides.</exception>
    public void ThrowIfReplaced()
    {
        if (!IsCurrent) throw new ReplacedServerException();
    }
}
