using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Sqlite;
using Nexus.Stores;
using Nexus.Trades;
using Nexus.Users;
using Npgsql;

namespace Nexus.Failover;

/// <summary>The store as one of several shards, each with a local replica and an outbox of its own.</summary>
internal sealed partial class FailoverStore
{
    /// <inheritdoc/>
    public void Refuse(NexusException reason)
    {
        var now = _clock.GetUtcNow();
        _outages.TryFailOver(new Outage(StoreUnavailableReason.Unreachable, reason.Message, now, now, Task.FromException(reason)));
        _remote.Refuse(reason);
    }

    /// <inheritdoc/>
    public void BucketsChanged()
    {
        if (_outages.IsUnavailable) _follower.Buckets.RemoveForeign();
    }

    /// <inheritdoc/>
    public Task<List<ShardRow>> GetShardMapAsync(CancellationToken cancellationToken) =>
        _gate.CallOnceAsync((primary, token) => primary.GetShardMapAsync(token), cancellationToken);

    /// <inheritdoc/>
    public Task<List<ShardRow>> ProbeShardMapAsync(CancellationToken cancellationToken) => _remote.GetShardMapAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<bool> AreBucketsMovingAsync(CancellationToken cancellationToken) =>
        _gate.CallOnceAsync((primary, token) => primary.AreBucketsMovingAsync(token), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<(string? Name, UserRow Row)> ListUsersWithNameAsync(UserQuery query, CancellationToken cancellationToken) => StreamAsync(
        UserRow.Table,
        (store, token) => store is SqliteStore local
            ? WithNamesAsync(local.ListUsersAsync(query, token))
            : PrimaryOf(store).ListUsersWithNameAsync(query, token),
        cancellationToken);

    /// <inheritdoc/>
    public Task<List<StoredRecord>> FindTradeRecordsAsync(string id, CancellationToken cancellationToken) => ReadValueAsync(
        TradeRow.Table,
        (store, token) => store is SqliteStore local
            ? local.ReadAsync(connection => FindTrades(connection, id), token)
            : PrimaryOf(store).FindTradeRecordsAsync(id, token),
        cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ClosedTrade> ListClosedTradesAsync(PerformanceQuery query, CancellationToken cancellationToken) => StreamAsync(
        TradeRow.Table,
        (store, token) => store is SqliteStore local
            ? local.ListClosedTradesAsync(query, token)
            : PrimaryOf(store).ListClosedTradesAsync(query, token),
        cancellationToken);

    /// <inheritdoc/>
    public Task<int> GetMaxPreparedAsync(CancellationToken cancellationToken) =>
        _gate.CallOnceAsync((primary, token) => primary.GetMaxPreparedAsync(token), cancellationToken);

    /// <inheritdoc/>
    public Task ReadyPartitionsAsync(Write[] writes, CancellationToken cancellationToken)
    {
        RequireServed();
        return _remote.ReadyPartitionsAsync(writes, cancellationToken);
    }

    /// <summary>Not during an outage: parts of a batch that went to several outboxes would be replayed at several times.</summary>
    public ValueTask<PooledConnection> OpenForWritesAsync(CancellationToken cancellationToken)
    {
        RequireServed();
        return _remote.OpenForWritesAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<WriteOutcome?[]> ExecutePartAsync(NpgsqlConnection connection, Write[] writes, bool isSilent) =>
        _remote.ExecutePartAsync(connection, writes, isSilent);

    /// <inheritdoc/>
    public Task NoteAsync(NpgsqlConnection connection, Guid id) => _remote.NoteAsync(connection, id);

    /// <inheritdoc/>
    public Task DecideAsync(NpgsqlConnection connection, Guid id, int[] servers) => _remote.DecideAsync(connection, id, servers);

    /// <inheritdoc/>
    public Task ForgetDecisionAsync(Guid id) => _remote.ForgetDecisionAsync(id);

    /// <inheritdoc/>
    public Task AnnouncePartAsync(NpgsqlConnection connection, Write[] writes) => _remote.AnnouncePartAsync(connection, writes);

    /// <inheritdoc/>
    public void PublishPart(Write[] writes, WriteOutcome[] outcomes)
    {
        // Of no call that had begun, so the replica reads the records as well.
        _follower.Backlog.Applied(call: 0, writes, outcomes);
        _remote.PublishPart(writes, outcomes);
    }

    /// <inheritdoc/>
    public Task<CommitStatus> FindOutAsync(Guid id, Exception lost) => _remote.FindOutAsync(id, lost);

    /// <summary>A quarantined write to a chat that another shard has now; null if the quarantine has no such write with the number.</summary>
    /// <exception cref="StoreRejectedException">Nexus did not write the entry.</exception>
    public Task<Write?> FindMovedAsync(long id, CancellationToken cancellationToken) =>
        _local.ReadAsync(connection => DeadLetters.FindMoved(connection, id, _outbox.Seal), cancellationToken);

    private void RequireServed()
    {
        if (_outages.Current is { } outage)
            throw new StoreUnavailableException(outage.Reason,
                $"{outage.Message}; a batch that is applied as a whole over several shards needs all of them");
    }

    private static IReplicatedPrimary PrimaryOf(IStore store) => (IReplicatedPrimary)store;

    /// <summary>With the text by which the local replica orders the list.</summary>
    private static async IAsyncEnumerable<(string? Name, UserRow Row)> WithNamesAsync(IAsyncEnumerable<UserRow> users)
    {
        await foreach (var row in users.ConfigureAwait(false)) yield return (SqliteUserLists.OrderOf(row.Name), row);
    }

    private static List<StoredRecord> FindTrades(SqliteSession connection, string id)
    {
        using var reader = SqliteTradeReads.ById(
            connection, "version, updated_at, write_id, chat_id, entry_at, status", Guid.Parse(id), chatId: null, entryTimestamp: null);
        var found = new List<StoredRecord>();
        while (reader.Read())
        {
            found.Add(new StoredRecord(
                id, reader.GetInt64(0), SqliteTime.FromMicroseconds(reader.GetInt64(1)),
                new Guid(reader.GetFieldValue<byte[]>(2), bigEndian: true), reader.GetString(3),
                SqliteTime.FromMicroseconds(reader.GetInt64(4)), TradeNames.ParseStatus(reader.GetString(5)) == TradeStatus.Open));
        }
        return found;
    }
}
