namespace Nexus.Sharding;

/// <summary>
/// The shards of one map as a move of buckets sees them. Above it is the protocol: the order of the steps, what is held, and what a crash leaves
/// behind. Below it are connections and single statements.
/// </summary>
internal interface IMoveShards : IAsyncDisposable
{
    /// <summary>Whether two shards are in one database, so that one transaction covers both.</summary>
    bool AreTogether(int one, int other);

    /// <summary>A session with a shard. In a transaction that covers both, it also works on a shard that is together with it.</summary>
    Task<IShardSession> OpenAsync(int shard, CancellationToken cancellationToken);

    /// <summary>Throws where the rows of a shard cannot leave it.</summary>
    /// <exception cref="Errors.NexusStateException">Another program places the shard.</exception>
    Task RequireMovableAsync(int shard, CancellationToken cancellationToken);

    /// <summary>Ends what atomic batches over several servers have left behind: they hold locks that a move would wait for.</summary>
    Task SettleBatchesAsync(CancellationToken cancellationToken);

    /// <summary>Counts the instances that have a shard open, by their heartbeats within a time.</summary>
    Task<int> CountInstancesAsync(int shard, TimeSpan window, CancellationToken cancellationToken);
}

/// <summary>A transaction of a session; rolled back unless it is committed.</summary>
internal interface IShardTransaction : IAsyncDisposable
{
    Task CommitAsync(CancellationToken cancellationToken);
}

/// <summary>How a lock of <c>nexus_shard</c> or of the map excludes others.</summary>
internal enum MoveLock
{
    /// <summary>Waits for the last step of a move, and for no reader or writer.</summary>
    Look,

    /// <summary>Of the map: one changes it at a time.</summary>
    Change,

    /// <summary>Waits for every reader and writer, and keeps them waiting.</summary>
    Exclude,
}

/// <summary>One session with a shard's database. Each member is one statement, or a few that are sent together.</summary>
internal interface IShardSession : IShardRows, IAsyncDisposable
{
    /// <param name="isSnapshot">Whether everything in it sees the state of one moment.</param>
    /// <param name="cancellationToken">Ends it before the transaction has begun.</param>
    Task<IShardTransaction> BeginAsync(CancellationToken cancellationToken, bool isSnapshot = false);

    /// <summary>How long statements of the transaction wait for a lock.</summary>
    /// <param name="locks">Then they fail, and <see cref="LockRetry"/> repeats them.</param>
    /// <param name="idle">A process that stops loses the transaction after this time; null for the server's limit.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task LimitAsync(TimeSpan locks, TimeSpan? idle, CancellationToken cancellationToken);

    /// <summary>A point to which the transaction can be rolled back.</summary>
    Task SaveAsync();

    /// <summary>Rolls back to that point, and releases the locks that were taken since.</summary>
    Task RollBackToSavedAsync();

    /// <summary>Locks the buckets of a shard as they are, until the end of the transaction.</summary>
    Task LockShardAsync(int shard, MoveLock mode, CancellationToken cancellationToken);

    /// <summary>Locks the map on the home shard, until the end of the transaction.</summary>
    Task LockMapAsync(MoveLock mode);

    /// <summary>What a shard says of itself.</summary>
    Task<ShardRecord> ReadAsync(int shard);

    Task WriteAsync(int shard, ShardRecord record);

    /// <summary>What the map says of a shard.</summary>
    Task<ShardRecord> ReadFromMapAsync(int shard);

    Task WriteToMapAsync(int shard, ShardRecord record);

    /// <summary>Takes the right to move buckets, which ends with the session; false where another process has it.</summary>
    Task<bool> TryLockMovesAsync(CancellationToken cancellationToken);

    /// <summary>Shows that the process has not stopped: it would lose the right to move.</summary>
    Task SignalLifeAsync();

    /// <summary>The move that the home shard notes; null for none.</summary>
    Task<ShardMove?> FindMoveAsync(CancellationToken cancellationToken);

    Task NoteMoveAsync(ShardMove move, CancellationToken cancellationToken);

    /// <summary>Gives the note of a move another id. Waits for the last step of the process that made it.</summary>
    Task RenameMoveAsync(Guid from, Guid to);

    Task ForgetMoveAsync(Guid id);

    /// <summary>Locks the note of a move until the end of the transaction; false where it is another's by now.</summary>
    Task<bool> HoldMoveAsync(Guid id);
}
