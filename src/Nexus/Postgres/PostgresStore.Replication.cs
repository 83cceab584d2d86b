using Nexus.Chats;
using Nexus.Engine;
using Nexus.Failover;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

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
            return await ReplayTransaction.BeginAsync(_pool, _notice, _reads, _resolver, _partitions, cancellationToken).ConfigureAwait(false);
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
    public Task<List<SessionRow>> ReadSessionPageAsync(string? after, int limit, CancellationToken cancellationToken) =>
        _reads.ListAsync(PostgresSessions.List(new SessionQuery(After: after, Limit: limit)), cancellationToken);

    /// <inheritdoc/>
    public Task<List<UserRow>> ReadUserPageAsync(string? after, int limit, CancellationToken cancellationToken) =>
        _reads.ListAsync(PostgresUsers.List(after, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<List<SystemConfigRow>> ReadSystemConfigPageAsync(string? after, int limit, CancellationToken cancellationToken) =>
        _reads.ListAsync(PostgresSystemConfig.List(after, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<List<TradeRow>> ReadTradesAsync(string[] ids, CancellationToken cancellationToken) => _reads.ListAsync(PostgresTradeReads.Get(ids), cancellationToken);

    /// <inheritdoc/>
    public Task<long> CountTradeBlocksAsync(CancellationToken cancellationToken) => _reads.FirstAsync(PostgresTradeReads.LargestPartition(), cancellationToken);

    /// <inheritdoc/>
    public Task<List<TradeRow>> ReadChangedTradesAsync(DateTimeOffset since, long fromBlock, long toBlock, CancellationToken cancellationToken) =>
        _reads.ListAsync(PostgresTradeReads.ChangedSince(since, fromBlock, toBlock), cancellationToken);
}
