using Npgsql;

namespace Nexus.Leases;

/// <summary>Keeps leases. Each call is one statement of its own, judged by the store's clock.</summary>
internal interface ILeaseStore
{
    /// <summary>Null while the lease is held.</summary>
    Task<Lease?> TakeAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Null if it was lost.</summary>
    Task<Lease?> RenewAsync(Lease lease, CancellationToken cancellationToken);

    Task ReleaseAsync(Lease lease, CancellationToken cancellationToken);

    Task<bool> IsHeldAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>The same in a transaction, before whose end nobody takes the lease over.</summary>
    Task<bool> HoldAsync(Lease lease, NpgsqlTransaction transaction, CancellationToken cancellationToken);

    Task<LeaseStatus?> FindAsync(string name, CancellationToken cancellationToken);
}
