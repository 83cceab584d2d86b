using Nexus.Leases;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Simulation;

/// <summary>Leases of the model server, each call one round trip.</summary>
internal sealed class ModelLeaseStore(IModelLink link) : ILeaseStore
{
    public Task<Lease?> TakeAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken) =>
        CallAsync("take a lease", leases => leases.Take(name, holder, duration), cancellationToken, writes: name);

    public Task<Lease?> RenewAsync(Lease lease, CancellationToken cancellationToken) =>
        CallAsync("renew a lease", leases => leases.Renew(lease), cancellationToken, writes: lease.Name);

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) =>
        CallAsync("release a lease", leases => leases.Release(lease), cancellationToken, writes: lease.Name);

    public Task<bool> IsHeldAsync(Lease lease, CancellationToken cancellationToken) =>
        CallAsync("look at a lease", leases => leases.IsHeld(lease), cancellationToken);

    public Task<bool> HoldAsync(Lease lease, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the model has no transactions of other programs");

    public Task<LeaseStatus?> FindAsync(string name, CancellationToken cancellationToken) =>
        CallAsync("find a lease", leases => leases.Find(name), cancellationToken);

    private async Task<T> CallAsync<T>(string label, Func<ModelLeases, T> call, CancellationToken cancellationToken, string? writes = null)
    {
        try
        {
            return await link.CallAsync(label, async server =>
            {
                if (writes is not null) server.Admit();
                var result = call(server.Leases);
                if (writes is not null && server.Leases.Has(writes)) await server.ShareAsync(server.Leases.Copy(writes)).ConfigureAwait(false);
                return result;
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }
}
