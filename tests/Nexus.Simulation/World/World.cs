using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sqlite;
using Nexus.Users;

namespace Nexus.Simulation;

/// <summary>What the instances of a world are connected to.</summary>
internal enum WorldKind
{
    /// <summary>One server, or in some seeds a pair.</summary>
    Server,

    /// <summary>Three shards, between which buckets are moved.</summary>
    Shards,

    /// <summary>The same, and most instances have a fallback.</summary>
    ShardsWithFallback,
}

/// <summary>One execution: three instances on one server, their callers, the faults, and the judgement.</summary>
internal sealed class World
{
    /// <summary>Small, so that callers wait for room.</summary>
    public const int QueueCapacity = 6;

    /// <summary>How much later than its age says a replica may lack a change: for as long as the proof that notices arrive holds.</summary>
    public static readonly TimeSpan ReplicaTolerance = Engine.CacheProof.Bound;

    /// <summary>How far an instance's reading of the server's clock may be behind: the slowest response on which it relies.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(3);

    private readonly Scheduler _scheduler;
    private readonly Dice _dice;
    private readonly Observer _observer;
    private readonly Plant _plant;
    private readonly string _folder;
    private readonly string _template;
    private readonly SimulatedClock _clock;
    private readonly ServerHost _host;
    private readonly ServerPair? _pair;
    private readonly Dice? _pairDice;
    private readonly ShardSet? _shards;
    private readonly List<Instance> _dead = [];
    private bool _isOver;

    /// <summary>Keys of the simulation; nothing that it seals is secret.</summary>
    public static Sealer Sealer { get; } = new(KeyRing.Parse(Convert.ToBase64String(new byte[31].Append((byte)1).ToArray()), encryptionKey: null));

    public World(long seed, Scheduler scheduler, Observer observer, Plant plant, string folder, string template, WorldKind kind)
    {
        (_scheduler, _observer, _plant, _folder, _template) = (scheduler, observer, plant, folder, template);
        _dice = new Dice(seed);
        _clock = new SimulatedClock(scheduler, null);
        if (kind != WorldKind.Server) _shards = new ShardSet(scheduler, observer, new Dice(seed ^ 0x5A4D), folder, _clock, CreateServer, plant);
        else if (HasPair(seed))
        {
            _pairDice = new Dice(seed ^ 0x0DDB);
            _pair = new ServerPair(scheduler, _pairDice, folder, _clock, CreateServer, observer);
            observer.Pair = _pair;
        }
        observer.Shards = _shards;
        _host = _pair?.Hosts[0] ?? _shards?.Hosts[0]
            ?? new ServerHost(scheduler, CreateServer(Path.Combine(folder, "server"), () => _host!, timeline: 1), _clock);
        FallbackMode[] modes = kind == WorldKind.Shards
            ? [FallbackMode.Off, FallbackMode.Off, FallbackMode.Off]
            : [FallbackMode.ReadWrite, FallbackMode.ReadOnly, FallbackMode.Off];
        Machines = [.. modes.Select((mode, n) => new Machine(n, mode, CreateDisks(plant, $"i{n}")))];
    }

    private ModelDisk[] CreateDisks(Plant plant, string name) =>
        [.. Enumerable.Range(0, _shards?.Hosts.Count ?? 1)
            .Select(n => plant.CreateDisk(_scheduler, _dice, _folder, n == 0 ? name : $"{name}-shard{n}"))];

    /// <summary>The machine of the server, of a pair the present primary's, of shards one of them.</summary>
    public ServerHost Host => _pair?.Primary ?? _shards?.PickHost() ?? _host;

    private IReadOnlyList<ServerHost> Hosts => _pair?.Hosts ?? _shards?.Hosts ?? [_host];

    /// <summary>Every server that there was.</summary>
    public IReadOnlyList<ModelServer> Servers => _pair?.Servers ?? _shards?.Servers ?? [_host.Server];

    /// <summary>The records of the server that has a place.</summary>
    public SqliteStore RecordsOf(RecordPlace place) => (_shards?.OwnerOf(place) ?? Host.Server).Records;

    /// <summary>The shards; null for a world without them.</summary>
    public ShardSet? Shards => _shards;

    public IReadOnlyList<Machine> Machines { get; }

    public int FaultCount { get; private set; }

    /// <summary>Whether a seed has two servers and failovers: two of eight, so that the executions of the others stay what they are.</summary>
    public static bool HasPair(long seed) => seed % 8 is 6 or 7;

    public async Task RunAsync()
    {
        for (var n = 0; n < (_shards?.Hosts.Count ?? 1); n++)
        {
            var folder = Path.Combine(_folder, n == 0 ? "server" : $"server-{n}");
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.Copy(Path.Combine(_template, SqliteStore.FileName), Path.Combine(folder, SqliteStore.FileName));
        }
        if (_pair is not null) await _pair.OpenAsync().ConfigureAwait(false);
        else
        {
            foreach (var server in Servers)
            {
                await server.OpenAsync().ConfigureAwait(false);
                await server.KeepNoLogAsync().ConfigureAwait(false);
            }
        }
        try
        {
            await StartAsync(Machines[0]).ConfigureAwait(false);
            await PrepareAsync(Machines[0].Running!.Features).ConfigureAwait(false);
            foreach (var machine in Machines.Skip(1)) await StartAsync(machine).ConfigureAwait(false);
            await _scheduler.DelayAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
            foreach (var machine in Machines) Serve(machine.Running!);
            var faults = new Faults(this, _scheduler, _dice);
            var duration = _dice.Time(15_000, 45_000);
            var failovers = _pair is null ? null : new FailoverFaults(this, _pair, _scheduler, _pairDice!);
            var failing = failovers?.RunAsync(duration) ?? _shards?.RunMoversAsync(duration);
            await faults.RunAsync(duration).ConfigureAwait(false);
            if (failing is not null) await failing.ConfigureAwait(false);
            FaultCount = faults.Count + (failovers?.Count ?? 0) + (_shards?.FaultCount ?? 0);
            await SettleAsync().ConfigureAwait(false);
            await new Verdict(_observer, this).JudgeAsync().ConfigureAwait(false);
            if (_shards is not null) await _shards.JudgeAsync(Machines).ConfigureAwait(false);
        }
        finally
        {
            foreach (var machine in Machines) machine.Running?.Kill();
            foreach (var instance in _dead.Concat(Machines.Select(machine => machine.Running).OfType<Instance>())) instance.Bury();
            foreach (var server in Servers) await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A process dies, and another one starts in its place after a while.</summary>
    public void Kill(Machine machine, bool losesPower)
    {
        if (machine.Running is not { } instance) return;
        _scheduler.Log($"{instance.Name} dies");
        instance.Kill();
        if (losesPower) LosePower(machine, failed: null);
        Mourn(machine, instance);
    }

    /// <summary>The power fails while the next commit is on its way to the disk.</summary>
    public void KillInCommit(Machine machine)
    {
        if (machine.Running is not { } instance || machine.Mode == FallbackMode.Off) return;
        var disk = machine.Disks.Count == 1 ? machine.Disk : _dice.Pick(machine.Disks);
        disk.PowerFails = () =>
        {
            _scheduler.Log($"{instance.Name} dies in a commit");
            instance.Kill();
            LosePower(machine, disk);
            Mourn(machine, instance);
        };
    }

    private static void LosePower(Machine machine, ModelDisk? failed)
    {
        foreach (var disk in machine.Disks)
        {
            if (disk != failed) disk.LosePower();
        }
    }

    public async Task StopAsync(Machine machine)
    {
        if (machine.Running is not { } instance) return;
        _scheduler.Log($"{instance.Name} stops");
        var stopped = instance.StopAsync();
        // A stop may wait for a server that does not respond; then it is killed, as systemd does.
        await Task.WhenAny(stopped, _scheduler.DelayAsync(TimeSpan.FromSeconds(30))).ConfigureAwait(false);
        if (machine.Running != instance) return;
        instance.Kill();
        Mourn(machine, instance);
    }

    private void Mourn(Machine machine, Instance instance)
    {
        machine.Running = null;
        foreach (var disk in machine.Disks) disk.PowerFails = null;
        _dead.Add(instance);
        _scheduler.After(_dice.Time(200, 6000), null, null, () => _ = StartAsync(machine));
    }

    private async Task StartAsync(Machine machine)
    {
        while (true)
        {
            var instance = new Instance(machine, _scheduler, _dice, Hosts, _shards is not null);
            if (machine.Mode != FallbackMode.Off)
            {
                foreach (var disk in machine.Disks) disk.Attach(instance, _template);
            }
            machine.Lives++;
            _scheduler.Log($"{instance.Name} starts");
            try
            {
                await instance.OpenAsync(_plant, _dice).ConfigureAwait(false);
                machine.Running = instance;
                _scheduler.Log($"{instance.Name} is open");
                if (machine.Lives > 1) Serve(instance);
                return;
            }
            catch (StoreUnavailableException)
            {
                instance.Kill();
                _dead.Add(instance);
                foreach (var disk in machine.Disks) disk.PowerFails = null;
            }
            catch (Exception error)
            {
                _observer.Violate($"{instance.Name} cannot start: {error}");
                return;
            }
            await _scheduler.DelayAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        }
    }

    private ModelServer CreateServer(string folder, Func<ServerHost> host, int timeline)
    {
        var server = new ModelServer(folder, _clock, time => _scheduler.DelayAsync(time))
        {
            CommitTime = () => _dice.Time(0.05, _dice.Happens(0.05) ? 20 : 0.6) + host().ExtraTime,
            LockTime = () => _dice.Time(0.005, _dice.Happens(0.1) ? 20 : 0.2) + (host().ExtraTime / 20),
            Refusal = () => host().Refusal(),
            Timeline = timeline,
        };
        server.Committed = changes =>
        {
            if (_pair is null || server == _pair.Primary.Server) _observer.Truth.Add(server, changes);
            else if (!_pair.IsSynchronous) _observer.Truth.AddStray(server, changes);
            _shards?.Check(server, changes);
        };
        return server;
    }

    private void Serve(Instance instance)
    {
        var clients = new Clients(_scheduler, _dice, _observer, instance, _clock, () => _isOver);
        for (var client = 0; client < 2; client++) _ = clients.RunAsync();
        _ = clients.LeadAsync();
        _ = clients.FollowSignalsAsync();
        if (_shards is not null) _ = _shards.ListAsync(instance, () => _isOver);
    }

    private static async Task PrepareAsync(StateFeatures features)
    {
        await features.State.SaveAsync(Clients.Space, Clients.Collected, StateJson.Parse("""{"tag":0}""")).ConfigureAwait(false);
        await features.Users.SaveAsync(Clients.ExtendedChat, "extended", days: 1000).ConfigureAwait(false);
        await features.Users.SaveAsync(Clients.GateChat, "gate", days: 1000).ConfigureAwait(false);
        await features.Users.SaveAsync(Clients.EndingChat, new UserChange { Name = "ending", ExpiresAt = Clients.End }).ConfigureAwait(false);
        await features.Users.SaveAsync(Clients.TradingChat, new UserChange { Name = "trading", NeverExpires = true }).ConfigureAwait(false);
    }

    /// <summary>Faults end. Everything must come to rest.</summary>
    private async Task SettleAsync()
    {
        _scheduler.Log("faults end");
        foreach (var host in _shards?.Hosts ?? [Host])
        {
            if (!host.IsUp) host.Restart();
            host.Heal();
        }
        if (_pair is not null)
        {
            _pair.Replication.Heal();
            // An old primary that takes calls must not hinder anybody.
            if (!_pair.Other.IsUp) _pair.Other.Restart();
            _pair.Other.Heal();
        }
        foreach (var machine in Machines)
        {
            foreach (var disk in machine.Disks) (disk.PowerFails, disk.ExtraDelay) = (null, TimeSpan.Zero);
            foreach (var link in machine.Running?.Links ?? []) link.Heal();
            machine.Running?.FillDisk(isFull: false);
        }
        await _scheduler.DelayAsync(TimeSpan.FromSeconds(3)).ConfigureAwait(false);
        _isOver = true;
        if (_shards is not null) await _shards.SettleAsync().ConfigureAwait(false);
        var limit = _scheduler.Now + Settling.Ticks;
        while (!IsSettled() && _scheduler.Now < limit)
            await _scheduler.DelayAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        if (!IsSettled()) _observer.Violate($"three minutes after the last fault, not everything is settled: {Describe()}");
        await _scheduler.DelayAsync(TimeSpan.FromSeconds(4)).ConfigureAwait(false);
    }

    private bool IsSettled() => Machines.All(machine => machine.Running is { } instance && instance.Store.Changes.IsLive
            && instance.Fallback is null or { Status: { IsLocal: false, Pending: 0 } } && instance.Features.Queue.Pending == 0)
        && !_observer.Operations.Exists(operation => operation.Result == OperationResult.Open && operation.Instance.IsAlive);

    private string Describe() => string.Join(", ", Machines.Select(machine => machine.Running is not { } instance ? $"i{machine.Number} does not run"
        : $"{instance.Name} hears {instance.Store.Changes.IsLive}, local {instance.Fallback?.Status.IsLocal} ({instance.Fallback?.Status.Message}), "
            + $"pending {instance.Fallback?.Status.Pending}, queued {instance.Features.Queue.Pending}")) + ", open: "
        + string.Join(", ", _observer.Operations.Where(operation => operation.Result == OperationResult.Open && operation.Instance.IsAlive).Take(5));
}
