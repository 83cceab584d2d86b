using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.History;
using Nexus.Leases;
using Nexus.Postgres;
using Nexus.Stores;

namespace Nexus.Sharding;

/// <summary>
/// The state on several shards, each a schema of a PostgreSQL server: docs/scaling.md. A record of a chat is on the shard of the chat's bucket,
/// anything else on the home shard, which also keeps the map.
/// </summary>
internal sealed partial class ShardedStore : IServerStore
{
    private readonly IShardServers _servers;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly Retry _retry;
    private readonly ShardedHistory _history;
    private readonly ShardedFallback _fallback;
    private readonly SemaphoreSlim _reloading = new(1);
    private Topology? _topology;
    private int _closed;

    /// <summary>Prepares without connecting.</summary>
    public ShardedStore(ShardedOptions options, ILoggerFactory loggers, TimeProvider clock)
        : this(new PostgresShardServers(options, loggers, clock), loggers, clock, new Retry(clock))
    {
    }

    /// <param name="servers">Where the shards are.</param>
    /// <param name="loggers">Receive what was done.</param>
    /// <param name="clock">The clock of the instance.</param>
    /// <param name="retry">Waits between attempts.</param>
    internal ShardedStore(IShardServers servers, ILoggerFactory loggers, TimeProvider clock, Retry retry)
    {
        (_servers, _clock, _retry, _logger) = (servers, clock, retry, loggers.CreateLogger<ShardedStore>());
        Proof = new CacheProof(() => Volatile.Read(ref _topology) is { } shards && Array.TrueForAll(shards.Stores, store => store.Changes.IsLive));
        Changes = new ChangeFeed(RecordTables.Everything, Proof);
        _history = new ShardedHistory(this);
        _fallback = new ShardedFallback(
            () => [.. Current.Stores.OfType<FailoverStore>().Select((store, n) => (n, store)).Where(shard => !_absent.ContainsKey(shard.n))],
            ApplyOneAsync);
    }

    public string Kind => Home.Kind;

    public ChangeFeed Changes { get; }

    public IHistoryStore History => _history;

    /// <summary>Leases of the home shard.</summary>
    public ILeaseStore Leases => Home.Leases;

    /// <summary>Where the home shard is, as <c>host:port/database</c>.</summary>
    public string Location => Home.Location;

    /// <summary>The connections of all shards.</summary>
    public PoolUse PoolUse
    {
        get
        {
            var uses = Current.Stores.Select(store => store.PoolUse).ToList();
            return new PoolUse(uses.Sum(use => use.Used), uses.Sum(use => use.Size), uses.Sum(use => use.Waiting), uses.Sum(use => use.Timeouts));
        }
    }

    /// <summary>The notices of all shards.</summary>
    public NoticeUse NoticeUse
    {
        get
        {
            var uses = Current.Stores.Select(store => store.NoticeUse).ToList();
            return new NoticeUse(uses.Sum(use => use.Sent), uses.Sum(use => use.Beats), uses.Sum(use => use.Gaps), uses.Sum(use => use.Drops),
                uses.Max(use => use.Peers));
        }
    }

    /// <summary>Called with the identity of the home shard's database before anything is changed there; throws if it must not be used.</summary>
    public Func<StoreIdentity, Task>? Identified { get; set; }

    public IReadOnlyList<StoreConcern> Concerns =>
    [
        .. Current.Stores.SelectMany((store, n) => store.Concerns.Select(concern => concern with { Message = $"shard {n}: {concern.Message}" })),
        .. SilentShards,
        .. new[] { _unsettled, _unknownShard }.OfType<StoreConcern>(),
    ];

    /// <summary>The fallback of all shards; null if there is none.</summary>
    public IFallback? Fallback => HasFallback ? _fallback : null;

    /// <summary>Called with the fallback of each shard before it is opened.</summary>
    public Action<int, FailoverStore>? PrepareFallback { get; set; }

    /// <summary>The shards by their numbers; empty until the store is open.</summary>
    public IReadOnlyList<IShardStore> Shards => Volatile.Read(ref _topology)?.Stores ?? [];

    /// <summary>How many shards there are.</summary>
    public int Count => Current.Stores.Length;

    /// <summary>A lane for each shard, and one for writes whose shard must be looked for.</summary>
    public int Lanes => Count + 1;

    private CacheProof Proof { get; }

    private Topology Current =>
        Volatile.Read(ref _topology) ?? throw new StoreUnavailableException(StoreUnavailableReason.Stopped, "the shards are not open");

    private bool HasFallback => Volatile.Read(ref _topology) is { } topology && topology.Stores[0] is FailoverStore;

    private IShardStore Home => Current.Stores[0];

    public int LaneOf(Write write)
    {
        var topology = Current;
        return topology.Map.OwnerOf(write.Place) ?? topology.Stores.Length;
    }

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var map = await _servers.FindMapAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new StoreIncompatibleException("the database has no shards");
        await _servers.MeasureAsync(map, cancellationToken).ConfigureAwait(false);
        var topology = Arrange(map, []);
        topology.Stores[0].Identified = Identified;
        try
        {
            await OpenAsync(topology.Stores, cancellationToken).ConfigureAwait(false);
            await BeginKeepingAsync(topology, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            foreach (var store in topology.Stores) await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        Volatile.Write(ref _topology, topology);
        _history.DescribeAll();
        await _servers.RememberAsync(map, cancellationToken).ConfigureAwait(false);
        LogOpened(_logger, map.Shards.Count, topology.Stores.Select(store => store.Location).Distinct(StringComparer.Ordinal).Count());
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        if (Interlocked.Exchange(ref _topology, null) is { } topology)
            await Task.WhenAll(topology.Stores.Select(store => store.DisposeAsync().AsTask())).ConfigureAwait(false);
        _reloading.Dispose();
        _stop.Dispose();
    }

    /// <summary>The stores of a map: those that are open, and new ones for further shards.</summary>
    private Topology Arrange(ShardMap map, IShardStore[] open)
    {
        var guards = map.Shards.Select((shard, n) => n < open.Length ? _topology!.Guards[n] : new ShardGuard(shard)).ToArray();
        var stores = map.Shards.Select((shard, n) =>
            n < open.Length ? open[n] : CreateStore(map, shard, guards[n])).ToArray();
        for (var n = open.Length; n < stores.Length; n++) stores[n].Changes.Published += Changes.Publish;
        return new Topology(map, stores, guards);
    }

    private IShardStore CreateStore(ShardMap map, ShardRow shard, ShardGuard guard)
    {
        var store = _servers.CreateStore(map, shard, guard);
        if (store is FailoverStore fallback) PrepareFallback?.Invoke(shard.Number, fallback);
        return store;
    }

    private async Task<WriteOutcome> ApplyOneAsync(Write write, CancellationToken cancellationToken) =>
        (await ApplyAsync([write], atomic: false, cancellationToken).ConfigureAwait(false))[0];

    /// <summary>The home shard first: if it cannot be opened, its error counts.</summary>
    private async Task OpenAsync(IShardStore[] stores, CancellationToken cancellationToken)
    {
        await stores[0].OpenAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(stores.Skip(1).Select((store, n) => OpenOrRefuseAsync(store, n + 1, cancellationToken))).ConfigureAwait(false);
    }

    private static StoreUnavailableException Moving(Exception? error = null) => new(
        StoreUnavailableReason.Unreachable, "the chat is being moved to another shard, and the map does not say where it is: try again", error);

    [LoggerMessage(EventId = 1750, Level = LogLevel.Information, Message = "The database has {Shards} shards in {Databases} databases")]
    private static partial void LogOpened(ILogger logger, int shards, int databases);

    /// <summary>A map and its open stores.</summary>
    private sealed record Topology(ShardMap Map, IShardStore[] Stores, ShardGuard[] Guards)
    {
        /// <summary>The store of a record whose place is known.</summary>
        public IShardStore StoreOf(RecordPlace place) => Stores[Map.OwnerOf(place) ?? 0];
    }
}
