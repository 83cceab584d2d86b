using Npgsql;

namespace Nexus.Operations.Leadership;

/// <summary>The election on the embedded store, whose file lock admits one process: this process is always the leader.</summary>
public sealed class AlwaysLeader : ILeaderElection
{
    private const long OnlyEpoch = 1;

    private AlwaysLeader()
    {
    }

    /// <summary>The only instance.</summary>
    public static ILeaderElection Instance { get; } = new AlwaysLeader();

    /// <inheritdoc/>
    public string Name => "embedded";

    /// <inheritdoc/>
    public bool IsLeader => true;

    /// <inheritdoc/>
    public long Epoch => OnlyEpoch;

    /// <inheritdoc/>
    public Task RunAsLeaderAsync(Func<ILeaderTerm, Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        cancellationToken.ThrowIfCancellationRequested();
        return work(new Term(cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<bool> TryRunAsLeaderAsync(Func<ILeaderTerm, Task> work, CancellationToken cancellationToken)
    {
        await RunAsLeaderAsync(work, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private sealed class Term(CancellationToken stopped) : ILeaderTerm
    {
        public long Epoch => OnlyEpoch;

        public CancellationToken Lost => stopped;

        public Task EnsureHeldAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        }

        public Task EnsureHeldAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
            throw new NotSupportedException("the embedded store has no PostgreSQL transactions");
    }
}
