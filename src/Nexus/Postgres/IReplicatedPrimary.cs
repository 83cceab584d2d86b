using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Postgres;

/// <summary>What the failover needs of the store that it stands in for, which may be one of several shards.</summary>
internal interface IReplicatedPrimary : IShardStore
{
    /// <summary>Whether the primary is one of several hosts.</summary>
    bool HasSeveralHosts { get; }

    /// <summary>Called with the changes of other instances; with everything after a time in which notices were missed.</summary>
    Action<IReadOnlyList<StateChange>>? Heard { get; set; }

    /// <summary>
    /// Applies writes as <see cref="IStateWriter.ApplyAsync"/> does, and reports which batches may still be committed if the call is abandoned.
    /// </summary>
    Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, InFlightBatches inFlight, CancellationToken cancellationToken);

    /// <summary>Determines the commit status of a batch. One that was not committed cannot be committed later.</summary>
    /// <param name="batch">Its id.</param>
    /// <param name="lost">The error that lost the response.</param>
    /// <exception cref="UnknownOutcomeException">The commit status could not be determined.</exception>
    Task<CommitStatus> FindCommitStatusAsync(Guid batch, Exception lost);

    /// <summary>The outcomes of writes that are known to be committed; null if the record has changed since.</summary>
    Task<WriteOutcome?[]> RecollectAsync(IReadOnlyList<Write> writes, DateTimeOffset committedAt);

    /// <summary>The buckets of chats that are the shard's own by the map that calls are routed by; null where the database has no shards.</summary>
    OwnBuckets? RoutedBuckets { get; }

    /// <summary>The buckets of chats that are the shard's own now; null where the database has no shards.</summary>
    Task<OwnBuckets?> GetOwnBucketsAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction in which spooled writes are replayed.</summary>
    /// <param name="writes">What it will apply, so that what they need is prepared beforehand.</param>
    /// <param name="cancellationToken">Until it has begun.</param>
    Task<IReplayTransaction> BeginReplayAsync(IReadOnlyList<Write> writes, CancellationToken cancellationToken);

    /// <summary>No connection is opened in the background, and none that is open is used again, until <see cref="Resume"/>.</summary>
    void Pause();

    /// <summary>Ends <see cref="Pause"/>.</summary>
    void Resume();

    /// <summary>The records with these keys, in any order, without those that do not exist.</summary>
    Task<IReadOnlyList<IStateRow>> GetRowsAsync(RecordTable table, string[] ids, CancellationToken cancellationToken);

    /// <summary>A page of a table in the order of its ranges; longer than the limit where records share the last place.</summary>
    Task<IReadOnlyList<IStateRow>> ListRowsAsync(RecordTable table, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>The checksum of a range, as <see cref="PostgresRanges.Digest"/>.</summary>
    Task<RecordDigest> DigestAsync(
        RecordTable table, string after, string through, int limit, long horizon, CancellationToken cancellationToken);

    /// <summary>The records of a range, as <see cref="PostgresRanges.Stamps"/>.</summary>
    Task<IReadOnlyList<RecordStamp>> ListStampsAsync(
        RecordTable table, string after, string through, int limit, long horizon, CancellationToken cancellationToken);

    /// <summary>The present moment of the server; null where it cannot tell what was written later.</summary>
    Task<PrimaryMark?> GetMarkAsync(CancellationToken cancellationToken);

    /// <summary>How many records a table has, by the server's statistics.</summary>
    Task<long> CountRoughlyAsync(RecordTable table, CancellationToken cancellationToken);
}

/// <summary>A transaction of the replay. Disposed of without a commit it is rolled back.</summary>
internal interface IReplayTransaction : IAsyncDisposable
{
    /// <summary>Locks records and reads them, those that exist. Tables are locked in the order of <see cref="RecordTable.LockOrder"/>.</summary>
    Task<IReadOnlyList<StoredRecord>> LockAsync(RecordTable table, string[] ids);

    /// <summary>Applies writes under savepoints.</summary>
    /// <returns>
    /// The outcome of each: <see cref="WriteStatus.Failed"/> where the database refuses the write; null where its record changed meanwhile. Null for
    /// all when one was refused in a way that ends the transaction, so that fewer must be sent to find it.
    /// </returns>
    /// <exception cref="StoreUnavailableException">Something is missing that may be there soon.</exception>
    /// <exception cref="StaleShardMapException">A write is to a chat that another shard has now.</exception>
    Task<WriteOutcome?[]?> ApplyAsync(Write[] writes);

    /// <summary>
    /// Raises versions to at least these, so that reported versions stay true, also if writes were composed, and tells other instances.
    /// </summary>
    Task RaiseVersionsAsync(RecordTable table, string[] ids, long[] versions);

    /// <summary>Moves the outbox's replay position and commits.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The position is not where this transaction began, or the commit's answer was lost: read the position.
    /// </exception>
    Task CommitAsync(string position, long from, long through);
}
