using Npgsql;

namespace Nexus.Operations.Leadership;

/// <summary>
/// The time for which this instance is the leader without interruption. A job checks it before each change: the process may have been suspended
/// for longer than its lease, and another instance may lead now.
/// </summary>
public interface ILeaderTerm
{
    /// <summary>Increases with each change of the leader. Records of a job carry it, so that those of a former leader can be told apart.</summary>
    long Epoch { get; }

    /// <summary>
    /// Cancelled when the lease is lost, at the latest when its time ends by the monotonic clock of this process, minus a margin. Also cancelled when
    /// the caller's token is. A job passes it to everything that it awaits.
    /// </summary>
    CancellationToken Lost { get; }

    /// <summary>
    /// Asks the database whether this instance is still the leader. For changes outside a transaction, such as those of files and of
    /// <c>VACUUM</c>: call it right before each of them.
    /// </summary>
    /// <exception cref="LeadershipLostException">Another instance may be the leader.</exception>
    Task EnsureHeldAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The same inside the transaction that makes the change: no other instance becomes the leader before the transaction ends, so a change of a
    /// former leader is never committed. Call it first in the transaction, and keep the transaction shorter than the lease.
    /// </summary>
    /// <param name="transaction">A transaction on the database of the store, at the level <c>READ COMMITTED</c>.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <exception cref="LeadershipLostException">Another instance may be the leader.</exception>
    Task EnsureHeldAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken);
}
