using Microsoft.Extensions.Logging;
using Nexus.Postgres;

namespace Nexus.Sharding;

/// <summary>The shards of a database on servers of PostgreSQL.</summary>
/// <param name="options">Where they are.</param>
/// <param name="loggers">Receive what was done.</param>
/// <param name="clock">Measures waits.</param>
internal sealed class PostgresShardServers(ShardedOptions options, ILoggerFactory loggers, TimeProvider clock) : IShardServers
{
    private IReadOnlyDictionary<int, int> _shares = new Dictionary<int, int>();

    public bool TwoPhaseBatches => options.TwoPhaseBatches;

    public Task<ShardMap?> FindMapAsync(CancellationToken cancellationToken) => ShardMapReader.FindAsync(options.Home, cancellationToken);

    public async Task MeasureAsync(ShardMap map, CancellationToken cancellationToken) =>
        _shares = await ConnectionShares.ReadAsync(options, map, cancellationToken).ConfigureAwait(false);

    public IShardStore CreateStore(ShardMap map, ShardRow shard, ShardGuard guard) => new PostgresStore(
        options.Of(map, shard, guard, _shares.TryGetValue(shard.Server, out var share) ? share : int.MaxValue), loggers, clock);

    public IMoveShards Connect(ShardMap map) => new ShardConnections(options, map, loggers.CreateLogger<BatchSettlement>(), clock);
}
