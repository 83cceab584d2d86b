using Nexus.Engine;
using Nexus.Errors;
using Nexus.Stores;

namespace Nexus.Postgres;

/// <summary>What the failover needs: the replay of spooled writes, and pages for the local replica.</summary>
internal sealed partial class PostgresStore : IReplicatedPrimary
{
    /// <inheritdoc/>
    public bool HasSeveralHosts => HostNames.AreSeveral(_settings);

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
            return await ReplayTransaction.BeginAsync(
                _pool, _notice, _reads, _resolver, _partitions, _history, _options.Shard, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }

    /// <inheritdoc/>
    public OwnBuckets? RoutedBuckets => _options.Shard?.Own;

    /// <inheritdoc/>
    public async Task<OwnBuckets?> GetOwnBucketsAsync(CancellationToken cancellationToken) => _options.Shard is null ? null
        : await _unplaced.FirstAsync(PostgresShards.GetOwnBuckets(), cancellationToken).ConfigureAwait(false);

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
    public async Task<RecordDigest> DigestAsync(
        RecordTable table, string after, string through, int limit, long horizon, CancellationToken cancellationToken) =>
        (await _reads.FirstAsync(RangesOf(table).Digest(after, through, limit, horizon), cancellationToken).ConfigureAwait(false))!;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RecordStamp>> ListStampsAsync(
        RecordTable table, string after, string through, int limit, long horizon, CancellationToken cancellationToken) =>
        await _reads.ListAsync(RangesOf(table).Stamps(after, through, limit, horizon), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<PrimaryMark?> GetMarkAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _reads.FirstAsync(PostgresMarks.Read(), cancellationToken).ConfigureAwait(false);
        }
        catch (NexusException error) when (error is not StoreUnavailableException)
        {
            // Some hosted servers keep these functions to themselves.
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<long> CountRoughlyAsync(RecordTable table, CancellationToken cancellationToken) =>
        _reads.FirstAsync(PostgresMarks.CountRoughly(table), cancellationToken);

    private static PostgresRanges RangesOf(RecordTable table) =>
        PostgresTables.Of(table).Ranges ?? throw new NotSupportedException($"{table.Name} is copied as a whole");
}
