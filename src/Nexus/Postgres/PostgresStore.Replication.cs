using Nexus.Engine;

namespace Nexus.Postgres;

/// <summary>What the failover needs: the replay of spooled writes, and pages for the local replica.</summary>
internal sealed partial class PostgresStore : IReplicatedPrimary
{
    /// <inheritdoc/>
    public Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, InFlightBatches inFlight, CancellationToken cancellationToken) =>
        _committer.CommitAsync(writes, atomic, inFlight, cancellationToken);

    /// <inheritdoc/>
    public Task<CommitStatus> FindCommitStatusAsync(Guid batch, Exception lost) => _ledger.FindOutAsync(batch, lost);

    /// <inheritdoc/>
    public async Task<WriteOutcome?[]> RecollectAsync(IReadOnlyList<Write> writes, DateTimeOffset committedAt)
    {
        var outcomes = new WriteOutcome?[writes.Count];
        if (writes.Count > 0) await _resolver.RecollectAsync(new PostgresBatch([.. writes], _notice), outcomes, committedAt).ConfigureAwait(false);
        return outcomes;
    }

    /// <inheritdoc/>
    public async Task<IReplayTransaction> BeginReplayAsync(IReadOnlyList<Write> writes, CancellationToken cancellationToken)
    {
        try
        {
            await _partitions.EnsureAsync([.. writes], cancellationToken).ConfigureAwait(false);
            return await ReplayTransaction.BeginAsync(_pool, _notice, _reads, _resolver, _partitions, _history, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }

    /// <inheritdoc/>
    public void Pause()
    {
        _listener.Pause();
        // Connections to a server that has become a standby would stay in the pool.
        _source.Clear();
    }

    /// <inheritdoc/>
    public void Resume() => _listener.Resume();

    /// <inheritdoc/>
    public Task<IReadOnlyList<IStateRow>> GetRowsAsync(RecordTable table, string[] ids, CancellationToken cancellationToken) =>
        PostgresTables.Of(table).GetAsync(_reads, ids, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<IStateRow>> ListRowsAsync(RecordTable table, string? after, int limit, CancellationToken cancellationToken) =>
        PostgresTables.Of(table).ListAsync(_reads, after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<long> CountBlocksAsync(RecordTable table, CancellationToken cancellationToken) =>
        PostgresTables.Of(table).CountBlocksAsync(_reads, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<IStateRow>> ListChangedRowsAsync(
        RecordTable table, DateTimeOffset since, long fromBlock, long toBlock, CancellationToken cancellationToken) =>
        PostgresTables.Of(table).ListChangedAsync(_reads, since, fromBlock, toBlock, cancellationToken);
}
