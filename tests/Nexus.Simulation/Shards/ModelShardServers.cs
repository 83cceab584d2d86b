using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Postgres;
using Nexus.Sharding;
using Nexus.Sqlite;

namespace Nexus.Simulation;

/// <summary>The shards of the model as one process sees them: the real protocol of routes and moves stands on this.</summary>
/// <param name="links">The way to each shard.</param>
/// <param name="clock">The clock of the process.</param>
/// <param name="retry">Waits between attempts.</param>
/// <param name="plant">What a planted defect replaces.</param>
internal sealed class ModelShardServers(IReadOnlyList<SimulatedLink> links, TimeProvider clock, Retry retry, Plant plant) : IShardServers
{
    public bool TwoPhaseBatches => false;

    /// <summary>The machine of an instance; null for a command, which has no fallback.</summary>
    public Machine? Machine { get; init; }

    /// <summary>Called with each local replica that it makes.</summary>
    public Action<SqliteStore> Opened { get; init; } = _ => { };

    private bool HasFallback => Machine is { Mode: not FallbackMode.Off };

    /// <summary>In memory, because reading a file takes a thread that the scheduler does not own. <see cref="ShardMapFile"/> has tests.</summary>
    public Task RememberAsync(ShardMap map, CancellationToken cancellationToken)
    {
        if (HasFallback) Machine!.Map = map;
        return Task.CompletedTask;
    }

    public Task MeasureAsync(ShardMap map, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<ShardMap?> FindMapAsync(CancellationToken cancellationToken)
    {
        try
        {
            return ShardMap.Of(await links[0].CallAsync("read the map", ModelPrimary.ReadMapAsync, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            var translated = PostgresErrors.Translate(error);
            return translated is StoreUnavailableException && HasFallback && Machine!.Map is { } remembered ? remembered : throw translated;
        }
    }

    /// <summary>Those that it has made.</summary>
    public List<ModelPrimary> Stores { get; } = [];

    public IShardStore CreateStore(ShardMap map, ShardRow shard, ShardGuard guard)
    {
        var mode = FallbackModes.NameOf(Machine?.Mode ?? FallbackMode.Off);
        if (!HasFallback) return CreatePrimary(TimeSpan.FromSeconds(15), retry);
        var disk = Machine!.Disks[shard.Number];
        return new FailoverStore(
            new FailoverOptions(
                null!, disk.Folder, Machine.Mode, TimeSpan.FromSeconds(5), MayStartEmpty: false, FallbackCopy.All, OutboxBytes: 1 << 28)
            {
                Shard = shard.Number,
            },
            NullLoggerFactory.Instance, clock, retry, CreatePrimary,
            replicaClock =>
            {
                var local = disk.CreateStore(replicaClock);
                Opened(local);
                return local;
            });

        ModelPrimary CreatePrimary(TimeSpan budget, Retry waits)
        {
            Stores.Add(new ModelPrimary(plant.CreateParts(links[shard.Number]), clock, waits, budget, mode, guard));
            return Stores[^1];
        }
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
