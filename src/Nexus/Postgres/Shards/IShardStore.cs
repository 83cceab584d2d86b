using Nexus.Engine;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The store of one shard: what the store over all shards needs beside what every store does.</summary>
internal interface IShardStore : IServerStore
{
    /// <summary>Whether opening failed because the database has shards, of which this store would be the home shard alone.</summary>
    bool IsOneOfSeveral { get; }

    /// <summary>Leases of this shard.</summary>
    Leases.ILeaseStore Leases { get; }

    /// <inheritdoc cref="PostgresStore.Refuse"/>
    void Refuse(NexusException reason);

    /// <summary>Buckets were moved to the shard or away from it. Copies of records that are another shard's now are removed.</summary>
    void BucketsChanged();

    /// <inheritdoc cref="PostgresStore.GetShardMapAsync"/>
    Task<List<ShardRow>> GetShardMapAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The same, also while a local replica serves: what was spooled for a chat that was moved is replayed only when the map is known again.
    /// </summary>
    Task<List<ShardRow>> ProbeShardMapAsync(CancellationToken cancellationToken);

    /// <inheritdoc cref="PostgresStore.AreBucketsMovingAsync"/>
    Task<bool> AreBucketsMovingAsync(CancellationToken cancellationToken);

    /// <inheritdoc cref="PostgresStore.ListUsersWithNameAsync"/>
    IAsyncEnumerable<(string? Name, UserRow Row)> ListUsersWithNameAsync(UserQuery query, CancellationToken cancellationToken);

    /// <inheritdoc cref="PostgresStore.FindTradeRecordsAsync"/>
    Task<List<StoredRecord>> FindTradeRecordsAsync(string id, CancellationToken cancellationToken);

    /// <inheritdoc cref="PostgresStore.ListClosedTradesAsync"/>
    IAsyncEnumerable<ClosedTrade> ListClosedTradesAsync(PerformanceQuery query, CancellationToken cancellationToken);

    /// <inheritdoc cref="PostgresStore.GetMaxPreparedAsync"/>
    Task<int> GetMaxPreparedAsync(CancellationToken cancellationToken);

    /// <inheritdoc cref="PostgresStore.ReadyPartitionsAsync"/>
    Task ReadyPartitionsAsync(Write[] writes, CancellationToken cancellationToken);

    /// <inheritdoc cref="PostgresStore.OpenForWritesAsync"/>
    ValueTask<PooledConnection> OpenForWritesAsync(CancellationToken cancellationToken);

    /// <inheritdoc cref="PostgresStore.ExecutePartAsync"/>
    Task<WriteOutcome?[]> ExecutePartAsync(NpgsqlConnection connection, Write[] writes, bool isSilent);

    /// <inheritdoc cref="PostgresStore.NoteAsync"/>
    Task NoteAsync(NpgsqlConnection connection, Guid id);

    /// <inheritdoc cref="PostgresStore.DecideAsync"/>
    Task DecideAsync(NpgsqlConnection connection, Guid id, int[] servers);

    /// <inheritdoc cref="PostgresStore.ForgetDecisionAsync"/>
    Task ForgetDecisionAsync(Guid id);

    /// <inheritdoc cref="PostgresStore.AnnouncePartAsync"/>
    Task AnnouncePartAsync(NpgsqlConnection connection, Write[] writes);

    /// <inheritdoc cref="PostgresStore.PublishPart"/>
    void PublishPart(Write[] writes, WriteOutcome[] outcomes);

    /// <inheritdoc cref="PostgresStore.FindOutAsync"/>
    Task<CommitStatus> FindOutAsync(Guid id, Exception lost);
}
