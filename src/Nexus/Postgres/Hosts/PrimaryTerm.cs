namespace Nexus.Postgres;

/// <summary>The time in which one server is the primary, as a connection to it knows it.</summary>
internal readonly record struct PrimaryTerm
{
    private readonly PrimaryFence _fence;
    private readonly CancellationToken _ended;

    /// <param name="fence">Says when it ends.</param>
    /// <param name="epoch">As <see cref="Epoch"/>.</param>
    /// <param name="ended">Cancelled when it has ended.</param>
    public PrimaryTerm(PrimaryFence fence, long epoch, CancellationToken ended) => (_fence, Epoch, _ended) = (fence, epoch, ended);

    /// <summary>As <see cref="PrimaryFence.Epoch"/> when the connection was opened.</summary>
    public long Epoch { get; }

    /// <summary>False once a newer primary was seen: what the connection commits or returns does not count.</summary>
    public bool IsCurrent => Epoch == _fence.Epoch;

    /// <summary>Cancelled soon after a newer primary was seen.</summary>
    public CancellationToken WhenEnded() => _ended;

    /// <summary>To be called between a response of the server and the use of it.</summary>
    /// <exception cref="ReplacedServerException">A newer primary was seen, so the commit ledger there decides.</exception>
    public void ThrowIfReplaced()
    {
        if (!IsCurrent) throw new ReplacedServerException();
    }
}
