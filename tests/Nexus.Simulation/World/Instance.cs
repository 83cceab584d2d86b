using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Leases;
using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.Sharding;
using Nexus.Sqlite;
using Nexus.Stores;
using Nexus.Users;

namespace Nexus.Simulation;

/// <summary>One process of Nexus, from its start to its death. A process that is dead does nothing any more: none of its events happens.</summary>
internal sealed class Instance : IEventOwner
{
    private readonly Machine _machine;
    private readonly Scheduler _scheduler;
    private readonly Dictionary<int, long> _seen;
    private ModelPrimary? _primary;
    private readonly List<SqliteStore> _locals = [];
    private readonly bool _isSharded;
    private ModelShardServers? _shards;
    private bool _isOpen;

    public Instance(Machine machine, Scheduler scheduler, Dice dice, IReadOnlyList<ServerHost> hosts, bool isSharded = false)
    {
        _isSharded = isSharded;
        (_machine, _scheduler, Name) = (machine, scheduler, $"i{machine.Number}");
        Clock = new SimulatedClock(scheduler, this) { Offset = machine.ClockOffset };
        Links = [.. hosts.Select((host, n) => new SimulatedLink(scheduler, dice, host, this, hosts.Count == 1 ? Name : $"{Name}-db{n}"))];
        for (var n = 0; n < hosts.Count; n++) hosts[n].Add(Links[n]);
        _seen = new Dictionary<int, long>(machine.Seen);
    }

    public string Name { get; }

    public bool IsAlive { get; private set; } = true;

    public long PausedUntil { get; set; }

    public SimulatedClock Clock { get; }

    /// <summary>One to each server.</summary>
    public IReadOnlyList<SimulatedLink> Links { get; }

    public IStore Store { get; private set; } = null!;

    public StateFeatures Features { get; private set; } = null!;

    public NexusUsers Users { get; private set; } = null!;

    public NexusLeases Leases { get; private set; } = null!;

    /// <summary>Null without a fallback.</summary>
    public IFallback? Fallback => Store switch
    {
        FailoverStore failover => failover,
        ShardedStore shards => shards.Fallback,
        _ => null,
    };

    /// <summary>What the process was told about its own writes.</summary>
    public Dictionary<string, OwnWrite> Acknowledged { get; } = new(StringComparer.Ordinal);

    public async Task OpenAsync(Plant plant, Dice jitter)
    {
        var retry = new Retry(Clock, jitter.Fraction);
        if (_isSharded)
        {
            _shards = new ModelShardServers(Links, Clock, retry, plant) { Machine = _machine, Opened = _locals.Add };
            var sharded = new ShardedStore(_shards, NullLoggerFactory.Instance, Clock, retry) { PrepareFallback = (_, store) => Prepare(store) };
            Store = sharded;
            await sharded.OpenAsync(CancellationToken.None).ConfigureAwait(false);
            Leases = new NexusLeases(sharded.Leases);
        }
        else await OpenStoreAsync(plant, retry).ConfigureAwait(false);
        _isOpen = true;
        if (Fallback is { } fallback) await fallback.AdoptOutboxAsync(CancellationToken.None).ConfigureAwait(false);
        var options = new NexusOptions
        {
            Writers = 2,
            MaxBatchSize = 4,
            QueueCapacity = World.QueueCapacity,
            CacheCapacity = 8,
            DispatchIndex = false,
            History = HistoryMode.Off,
        };
        Features = new StateFeatures(
            Store, plant.WrapWriter(Store, Clock), World.Sealer, options, Clock, NullLogger<NexusUsers>.Instance, telemetry: null);
        var users = plant.WrapUsers(Store, Clock);
        Users = ReferenceEquals(users, Store)
            ? Features.Users
            : new NexusUsers(users, Store.Changes, Features.Queue, Features.Documents, [], options.CacheCapacity, options.CacheBytes, Clock,
                NullLogger<NexusUsers>.Instance);
    }

    private async Task OpenStoreAsync(Plant plant, Retry retry)
    {
        var parts = plant.CreateParts(Links.Count == 1 ? Links[0] : CreateRoute(plant.Fence));
        if (_machine.Mode == FallbackMode.Off)
        {
            _primary = new ModelPrimary(parts, Clock, retry, TimeSpan.FromSeconds(15), "off");
            Store = _primary;
        }
        else
        {
            var store = new FailoverStore(
                new FailoverOptions(null!, _machine.Disk.Folder, _machine.Mode, TimeSpan.FromSeconds(5), MayStartEmpty: false, FallbackCopy.All,
                    OutboxBytes: 1 << 30),
                NullLoggerFactory.Instance, Clock, retry,
                (budget, waits) => _primary = new ModelPrimary(parts, Clock, waits, budget, FallbackModes.NameOf(_machine.Mode)),
                clock =>
                {
                    _locals.Add(_machine.Disk.CreateStore(clock));
                    return _locals[^1];
                });
            Prepare(store);
            Store = store;
        }
        Leases = new NexusLeases(_primary!.Leases);
        await Store.OpenAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private static void Prepare(FailoverStore store)
    {
        store.Check = new SpooledWriteCheck(World.Sealer);
        store.VerifyRemote = async (_, token) => await store.AdoptOutboxAsync(token).ConfigureAwait(false);
    }

    /// <summary>When it, or an earlier process on a machine that remembers, saw a timeline or a later one; null if it did not.</summary>
    public long? SeenAt(int timeline)
    {
        long? first = null;
        foreach (var (seen, at) in _seen)
        {
            if (seen >= timeline && !(first <= at)) first = at;
        }
        return first;
    }

    private RoutedLink CreateRoute(FenceParts parts)
    {
        var remembers = _machine.Mode != FallbackMode.Off;
        var fence = new PrimaryFence(remembers && parts.Remembers ? new TimelineFile(_machine.Disk.Folder) : null);
        return new RoutedLink(Links, fence, parts, Clock, (timeline, isKept) =>
        {
            if (timeline is not { } seen || !IsAlive) return;
            if (_seen.TryAdd(seen, _scheduler.Now)) _scheduler.Log($"{Name} sees timeline {seen}");
            if (isKept && remembers) _machine.Seen.TryAdd(seen, _scheduler.Now);
        });
    }

    /// <summary>
    /// Lets the disk refuse everything for which a file would have to grow. A process whose files are not open meets no full disk.
    /// </summary>
    public void FillDisk(bool isFull)
    {
        if (!_isOpen) return;
        foreach (var local in _locals) _ = FillAsync(local, isFull);
    }

    private static async Task FillAsync(SqliteStore local, bool isFull)
    {
        try
        {
            await local.TransactAsync(
                transaction => transaction.Connection.ReadNumber($"PRAGMA max_page_count = {(isFull ? 1 : 1_000_000_000)}"), 1,
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // The files of a shard that did not respond are not open.
        }
    }

    /// <summary>The process ends as by SIGKILL.</summary>
    public void Kill()
    {
        if (!IsAlive) return;
        IsAlive = false;
        foreach (var link in Links) link.End();
        // What is left of it must end: the finalizer of a PeriodicTimer would wake it on a thread that the scheduler does not own.
        _ = EndAsync(_primary);
        if (_isSharded) _ = EndAsync(Store);
        foreach (var store in _shards?.Stores ?? []) _ = EndAsync(store);
    }

    /// <summary>Closes the files that a dead process has open. Nothing of it reaches the disk of the process that follows.</summary>
    public void Bury()
    {
        // Its calls never run, so this completes at once.
        foreach (var local in _locals) _ = EndAsync(local);
    }

    private static async Task EndAsync(IAsyncDisposable? part)
    {
        if (part is not null) await part.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The process ends as by SIGTERM.</summary>
    public async Task StopAsync()
    {
        await Features.Queue.StopAsync(CancellationToken.None).ConfigureAwait(false);
        _isOpen = false;
        await Store.DisposeAsync().ConfigureAwait(false);
        Kill();
    }
}

/// <summary>What a process was told about a write to a record.</summary>
/// <param name="Version">The highest version.</param>
/// <param name="Spooled">The highest version that was spooled.</param>
/// <param name="At">When.</param>
internal readonly record struct OwnWrite(long Version, long Spooled, long At);

/// <summary>A machine: its disks and its wall clock outlive the processes on it.</summary>
internal sealed class Machine(int number, FallbackMode mode, IReadOnlyList<ModelDisk> disks)
{
    public int Number => number;

    public FallbackMode Mode => mode;

    /// <summary>One for each shard, in the order of the shards: each fallback has files of its own. Their power fails together.</summary>
    public IReadOnlyList<ModelDisk> Disks => disks;

    /// <summary>The disk of a machine without shards, and of the home shard.</summary>
    public ModelDisk Disk => disks[0];

    /// <summary>The map that its data folder remembers.</summary>
    public ShardMap? Map { get; set; }

    public TimeSpan ClockOffset { get; set; }

    /// <summary>The timelines that its disk remembers, and when each was seen first.</summary>
    public Dictionary<int, long> Seen { get; } = [];

    /// <summary>The process that runs; null while none does.</summary>
    public Instance? Running { get; set; }

    /// <summary>How many processes ran.</summary>
    public int Lives { get; set; }
}
