namespace Nexus.Sharding;

/// <summary>
/// The rows of a shard that a move copies, and the notes of their changes. Each member is one statement, or a few that are sent together.
/// </summary>
internal interface IShardRows
{
    /// <summary>The tables whose rows move with their buckets.</summary>
    IReadOnlyList<MovedTable> Tables { get; }

    /// <summary>The columns of a table that are copied.</summary>
    Task<string> FindColumnsAsync(int shard, MovedTable table, CancellationToken cancellationToken);

    /// <summary>The months for which a shard has partitions of trades.</summary>
    Task<IReadOnlyList<string>> FindMonthsAsync(int shard, CancellationToken cancellationToken);

    /// <summary>Makes the partition of a month, unless it is there.</summary>
    Task AddMonthAsync(int shard, string month, CancellationToken cancellationToken);

    /// <summary>Bytes of the tables of a shard.</summary>
    Task<long> MeasureAsync(int shard, CancellationToken cancellationToken);

    /// <summary>Makes the triggers that note changes, unless they are there.</summary>
    Task AddTriggersAsync(int shard, CancellationToken cancellationToken);

    /// <summary>Whether the triggers are there.</summary>
    Task<bool> HasTriggersAsync(int shard);

    Task RemoveTriggersAsync(int shard);

    /// <summary>Has every change of a row of the move's buckets noted from the end of the transaction on. Drops notes of other moves.</summary>
    Task BeginNotingAsync(int shard, ShardMove move, CancellationToken cancellationToken);

    /// <summary>The move whose rows are noted; null for none.</summary>
    Task<Guid?> FindNotingAsync(int shard);

    /// <summary>Nothing is noted any more.</summary>
    /// <param name="shard">Which shard.</param>
    /// <param name="onlyOf">Only if it is noted for this move; null for any.</param>
    Task EndNotingAsync(int shard, Guid? onlyOf = null);

    /// <summary>How many notes a move has left.</summary>
    Task<long> CountNotesAsync(int shard, ShardMove move, CancellationToken cancellationToken);

    /// <summary>The keys of the rows that were noted, by table, each once.</summary>
    Task<IReadOnlyList<(MovedTable Table, MovedKeys Keys)>> ReadNotesAsync(int shard, ShardMove move, CancellationToken cancellationToken);

    /// <summary>Removes the notes that the snapshot of the transaction has.</summary>
    Task RemoveNotesAsync(int shard, ShardMove move, CancellationToken cancellationToken);

    /// <summary>Removes the notes of every move.</summary>
    Task RemoveAllNotesAsync(int shard);

    /// <summary>Copies rows of the buckets into the transaction of another session.</summary>
    /// <param name="move">From where to where, and the buckets.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="onlyNoted">Whether only the rows are copied that were noted.</param>
    /// <param name="target">A session with the target.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task CopyAsync(ShardMove move, MovedTable table, string columns, bool onlyNoted, IShardSession target, CancellationToken cancellationToken);

    /// <summary>The number of rows of some buckets, and a sum over their contents.</summary>
    Task<(long Rows, string Sum)> SumAsync(
        int shard, MovedTable table, string columns, BucketSet buckets, CancellationToken cancellationToken);

    /// <summary>The same of the rows with some keys.</summary>
    Task<(long Rows, string Sum)> SumAsync(int shard, MovedTable table, string columns, MovedKeys keys);

    /// <summary>The keys of the rows of some buckets.</summary>
    Task<MovedKeys> FindKeysAsync(int shard, MovedTable table, BucketSet buckets, CancellationToken cancellationToken);

    /// <summary>Removes the rows with some keys.</summary>
    Task RemoveAsync(int shard, MovedTable table, MovedKeys keys, CancellationToken cancellationToken);

    /// <summary>Removes every row of some buckets.</summary>
    Task RemoveAsync(int shard, MovedTable table, BucketSet buckets);
}
