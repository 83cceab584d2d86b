using Nexus.Engine;
using Nexus.Postgres;
using Nexus.Sharding;

namespace Nexus.Simulation;

/// <summary>The shards of the model as one process sees them: the real protocol of routes and moves stands on this.</summary>
/// <param name="links">The way to each shard.</param>
/// <param name="clock">The clock of the process.</param>
/// <param name="retry">Waits between attempts.</param>
/// <param name="plant">What a planted defect replaces.</param>
internal sealed class ModelShardServers(IReadOnlyList<SimulatedLink> links, TimeProvider clock, Retry retry, Plant plant) : IShardServers
{
    public bool TwoPhaseBatches => false;

    public Task RememberAsync(ShardMap map, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task MeasureAsync(ShardMap map, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<ShardMap?> FindMapAsync(CancellationToken cancellationToken)
    {
        try
        {
            return ShardMap.Of(await links[0].CallAsync("read the map", ModelPrimary.ReadMapAsync, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }

    /// <summary>Those that it has made.</summary>
    public List<ModelPrimary> Stores { get; } = [];

    public IShardStore CreateStore(ShardMap map, ShardRow shard, ShardGuard guard)
    {
        Stores.Add(new ModelPrimary(plant.CreateParts(links[shard.Number]), clock, retry, TimeSpan.FromSeconds(15), "off", guard));
        return Stores[^1];
    }

    public IMoveShards Connect(ShardMap map) => new Sessions(links, plant.Moves);

    /// <summary>Each shard is on a server of its own.</summary>
    private sealed class Sessions(IReadOnlyList<SimulatedLink> links, MoveParts parts) : IMoveShards
    {
        public bool AreTogether(int one, int other) => one == other;

        public async Task<IShardSession> OpenAsync(int shard, CancellationToken cancellationToken)
        {
            await links[shard].CallAsync("connect for a move", _ => Task.FromResult(true), cancellationToken).ConfigureAwait(false);
            return new ModelShardSession(links[shard], parts);
        }

        public Task RequireMovableAsync(int shard, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task SettleBatchesAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        /// <summary>Every instance opens every shard.</summary>
        public Task<int> CountInstancesAsync(int shard, TimeSpan window, CancellationToken cancellationToken) => Task.FromResult(1);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
