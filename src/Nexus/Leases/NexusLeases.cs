using Nexus.Errors;
using Npgsql;

namespace Nexus.Leases;

/// <summary>
/// Leases in PostgreSQL: for work that only one of several instances may do. The database's clock judges them, and each change of the holder raises
/// the epoch. They need no session of their own, so they work behind poolers in transaction mode.
/// </summary>
/// <remarks>During an outage of PostgreSQL every call fails, so that no lease is held longer than it lasts.</remarks>
public sealed class NexusLeases
{
    private const int MaxName = 100;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly ILeaseStore _leases;

    internal NexusLeases(ILeaseStore leases) => _leases = leases;

    /// <summary>Takes a lease that nobody holds; a lease that has expired is taken over.</summary>
    /// <param name="name">What it is for, at most 100 characters.</param>
    /// <param name="holder">Who takes it, at most 100 characters; different for each process.</param>
    /// <param name="duration">How long it is valid unless it is renewed, 100 milliseconds to 1 hour.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null if it is held, also by the same holder.</returns>
    /// <exception cref="NexusValidationException">An argument is outside its limits.</exception>
    /// <exception cref="StoreUnavailableException">PostgreSQL is unavailable.</exception>
    /// <example><code>var lease = await db.Leases!.TryTakeAsync("reports", holder, TimeSpan.FromSeconds(30));</code></example>
    public Task<Lease?> TryTakeAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(holder);
        if (duration < TimeSpan.FromMilliseconds(100) || duration > Longest)
            throw new NexusValidationException("duration", $"must be 100 milliseconds to {Longest.TotalMinutes:0} minutes");
        return _leases.TakeAsync(
            Validation.Text("name", name, MaxName), Validation.Text("holder", holder, MaxName), duration, cancellationToken);
    }

    /// <summary>Renews a lease for its duration from now.</summary>
    /// <param name="lease">The lease as it was taken or last renewed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null if it has expired or was taken over.</returns>
    /// <exception cref="StoreUnavailableException">PostgreSQL is unavailable.</exception>
    /// <example><code>lease = await db.Leases!.RenewAsync(lease) ?? throw new OperationCanceledException("the lease was lost");</code></example>
    public Task<Lease?> RenewAsync(Lease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return _leases.RenewAsync(lease, cancellationToken);
    }

    /// <summary>Gives a lease back before it expires; nothing happens if it was lost.</summary>
    /// <param name="lease">The lease as it was taken or last renewed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is unavailable.</exception>
    /// <example><code>await db.Leases!.ReleaseAsync(lease);</code></example>
    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return _leases.ReleaseAsync(lease, cancellationToken);
    }

    /// <summary>Whether a lease is still held, by the database's clock.</summary>
    /// <param name="lease">The lease as it was taken or last renewed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is unavailable.</exception>
    /// <example><code>if (!await db.Leases!.IsHeldAsync(lease)) return;</code></example>
    public Task<bool> IsHeldAsync(Lease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return _leases.IsHeldAsync(lease, cancellationToken);
    }

    /// <summary>
    /// The same inside a transaction. If it is held, nobody takes it over before the transaction ends, so that no change of a former holder is
    /// committed. The transaction is aborted if it is idle for as long as the lease lasts.
    /// </summary>
    /// <param name="lease">The lease.</param>
    /// <param name="transaction">A transaction on the same database at the level <c>READ COMMITTED</c>; call this first in it.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is unavailable.</exception>
    /// <example><code>if (!await db.Leases!.HoldAsync(lease, transaction)) return;</code></example>
    public Task<bool> HoldAsync(Lease lease, NpgsqlTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(transaction);
        return _leases.HoldAsync(lease, transaction, cancellationToken);
    }

    /// <summary>A lease as it stands, held or not; null if it was never taken.</summary>
    /// <param name="name">1 to 100 characters.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is unavailable.</exception>
    /// <example><code>var leader = (await db.Leases!.FindAsync("reports"))?.Holder;</code></example>
    public Task<LeaseStatus?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _leases.FindAsync(Validation.Text("name", name, MaxName), cancellationToken);
    }
}
