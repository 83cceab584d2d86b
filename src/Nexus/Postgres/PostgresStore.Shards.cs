using Nexus.Engine;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Postgres;

/// <summary>What a database with several shards needs of each of them.</summary>
internal sealed partial class PostgresStore
{
    /// <summary>From now on every read and write fails with the reason: the shard could not be opened.</summary>
    public void Refuse(NexusException reason) => _pool.Refuse(reason);

    /// <summary>Nothing is kept here.</summary>
    public void BucketsChanged()
    {
    }

    /// <summary>The map, of the home shard.</summary>
    public Task<List<ShardRow>> GetShardMapAsync(CancellationToken cancellationToken) =>
        _unplaced.ListAsync(PostgresShards.GetMap(), cancellationToken);

    /// <inheritdoc/>
    public Task<List<ShardRow>> ProbeShardMapAsync(CancellationToken cancellationToken) => GetShardMapAsync(cancellationToken);

    /// <summary>Whether buckets are being moved, by the home shard.</summary>
    public Task<bool> AreBucketsMovingAsync(CancellationToken cancellationToken) =>
        _unplaced.FirstAsync(PostgresShards.FindMove(), cancellationToken);

    /// <summary>The users of a list, in the order of names each with the text that the list is ordered by, as the server makes it.</summary>
    public IAsyncEnumerable<(string? Name, UserRow Row)> ListUsersWithNameAsync(UserQuery query, CancellationToken cancellationToken) =>
        _reads.StreamAsync(PostgresUserLists.List(query), cancellationToken);

    /// <summary>Every trade with an id, without its content.</summary>
    public Task<List<StoredRecord>> FindTradeRecordsAsync(string id, CancellationToken cancellationToken) =>
        _reads.ListAsync(StoredRecord.Query(TradeRow.Table, [id]), cancellationToken);

    /// <summary>The trades of the performance figures one by one, in the order in which their running total is made.</summary>
    public IAsyncEnumerable<ClosedTrade> ListClosedTradesAsync(PerformanceQuery query, CancellationToken cancellationToken) =>
        _reads.StreamAsync(PostgresPerformance.List(query), cancellationToken);
}
