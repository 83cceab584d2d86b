using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
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

    private readonly ShardMapFile? _file = options.Fallback is { } fallback
        ? new ShardMapFile(fallback.DataFolder, loggers.CreateLogger<ShardMapFile>())
        : null;

    /// <remarks>With a fallback, the map of the last run serves while the home shard is unavailable.</remarks>
    public async Task<ShardMap?> FindMapAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ShardMapReader.FindAsync(options.Home, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreUnavailableException) when (_file is not null)
        {
            if (await _file.ReadAsync(cancellationToken).ConfigureAwait(false) is { } remembered) return remembered;
            throw;
        }
    }

    public Task RememberAsync(ShardMap map, CancellationToken cancellationToken) =>
        _file?.WriteAsync(map, cancellationToken) ?? Task.CompletedTask;

    public async Task MeasureAsync(ShardMap map, CancellationToken cancellationToken) =>
        _shares = await ConnectionShares.ReadAsync(options, map, cancellationToken).ConfigureAwait(false);

    public IShardStore CreateStore(ShardMap map, ShardRow shard, ShardGuard guard)
    {
        var postgres = options.Of(map, shard, guard, _shares.TryGetValue(shard.Server, out var share) ? share : int.MaxValue);
        return options.FallbackOf(map, shard, postgres) is { } fallback
            ? new FailoverStore(fallback, loggers, clock)
            : new PostgresStore(postgres, loggers, clock);
    }

    public IMoveShards Connect(ShardMap map) => new ShardConnections(options, map, loggers.CreateLogger<BatchSettlement>(), clock);
}
