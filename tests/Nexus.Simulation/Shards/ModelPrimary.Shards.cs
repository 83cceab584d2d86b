using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Sharding;
using Nexus.Trades;
using Nexus.Users;
using Npgsql;

namespace Nexus.Simulation;

/// <summary>A model server as the store of one shard. The callers of the simulation make no atomic batches over several shards.</summary>
internal sealed partial class ModelPrimary
{
    private NexusException? _refusal;

    public void Refuse(NexusException reason) => _refusal = reason;

    public bool IsOneOfSeveral => false;

    /// <summary>Nothing is kept here.</summary>
    public void BucketsChanged()
    {
    }

    public OwnBuckets? RoutedBuckets => _guard?.Own;

    public Task<OwnBuckets?> GetOwnBucketsAsync(CancellationToken cancellationToken) => _guard is null
        ? Task.FromResult<OwnBuckets?>(null)
        : CallAsync("read the buckets", async server =>
        {
            var transaction = server.Begin();
            try
            {
                await server.Shard!.Lock.TakeAsync(transaction, MoveLock.Look, limit: null).ConfigureAwait(false);
                return (OwnBuckets?)new OwnBuckets(server.Shard.Record.Epoch, server.Shard.Record.Buckets.ToBits());
            }
            finally
            {
                server.RollBack(transaction);
            }
        }, cancellationToken);

    public Task<List<ShardRow>> GetShardMapAsync(CancellationToken cancellationToken) =>
        CallAsync("read the map", server => ReadMapAsync(server), cancellationToken);

    public Task<List<ShardRow>> ProbeShardMapAsync(CancellationToken cancellationToken) => GetShardMapAsync(cancellationToken);

    internal static async Task<List<ShardRow>> ReadMapAsync(ModelServer server)
    {
        var transaction = server.Begin();
        try
        {
            await server.Shard!.MapLock.TakeAsync(transaction, MoveLock.Look, limit: null).ConfigureAwait(false);
            return [.. server.Shard.Map];
        }
        finally
        {
            server.RollBack(transaction);
        }
    }

    public Task<bool> AreBucketsMovingAsync(CancellationToken cancellationToken) =>
        CallAsync("look for a move", server => Task.FromResult(server.Shard!.Move is not null), cancellationToken);

    public async Task<List<StoredRecord>> FindTradeRecordsAsync(string id, CancellationToken cancellationToken) =>
        [.. await new ModelStoredRecords(_link, _guard).FindAsync(TradeRow.Table, [id], connection: null).ConfigureAwait(false)];

    public IAsyncEnumerable<(string? Name, UserRow Row)> ListUsersWithNameAsync(UserQuery query, CancellationToken cancellationToken) =>
        throw NotModelled();

    public IAsyncEnumerable<ClosedTrade> ListClosedTradesAsync(PerformanceQuery query, CancellationToken cancellationToken) => throw NotModelled();

    public Task<int> GetMaxPreparedAsync(CancellationToken cancellationToken) => throw NotModelled();

    public Task ReadyPartitionsAsync(Write[] writes, CancellationToken cancellationToken) => throw NotModelled();

    public ValueTask<PooledConnection> OpenForWritesAsync(CancellationToken cancellationToken) => throw NotModelled();

    public Task<WriteOutcome?[]> ExecutePartAsync(NpgsqlConnection connection, Write[] writes, bool isSilent) => throw NotModelled();

    public Task NoteAsync(NpgsqlConnection connection, Guid id) => throw NotModelled();

    public Task DecideAsync(NpgsqlConnection connection, Guid id, int[] servers) => throw NotModelled();

    public Task ForgetDecisionAsync(Guid id) => throw NotModelled();

    public Task AnnouncePartAsync(NpgsqlConnection connection, Write[] writes) => throw NotModelled();

    public void PublishPart(Write[] writes, WriteOutcome[] outcomes) => throw NotModelled();

    public Task<CommitStatus> FindOutAsync(Guid id, Exception lost) => throw NotModelled();

    private static NotSupportedException NotModelled() => new("the model has no atomic batches over several shards, and no figures");
}
