using Npgsql;

namespace Nexus.Operations.Leadership;

/// <summary>A lease as one job sees it: with the job's own token.</summary>
internal sealed class LeaderTerm(LeaderLease lease, CancellationToken stopped) : ILeaderTerm
{
    public long Epoch => lease.Epoch;

    public CancellationToken Lost => stopped;

    public Task EnsureHeldAsync(CancellationToken cancellationToken) => lease.EnsureHeldAsync(cancellationToken);

    public Task EnsureHeldAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        lease.EnsureHeldAsync(transaction, cancellationToken);
}
