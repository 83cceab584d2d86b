using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sqlite;
using Nexus.Users;

namespace Nexus.Simulation;

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
    private readonly List<Instance> _dead = [];
    private bool _isOver;

    /// <summary>Keys of the simulation; nothing that it seals is secret.</summary>
    public static Sealer Sealer { get; } = new(KeyRing.Parse(Convert.ToBase64String(new byte[31].Append((byte)1).ToArray()), encryptionKey: null));

    public World(long seed, Scheduler scheduler, Observer observer, Plant plant, string folder, string template)
    {
        (_scheduler, _observer, _plant, _folder, _template) = (scheduler, observer, plant, folder, template);
        _dice = new Dice(seed);
        var clock = new SimulatedClock(scheduler, null);
        var server = new ModelServer(Path.Combine(folder, "server"), clock, time => scheduler.DelayAsync(time))
        {
            CommitTime = () => _dice.Time(0.05, _dice.Happens(0.05) ? 20 : 0.6) + Host!.ExtraTime,
            LockTime = () => _dice.Time(0.005, _dice.Happens(0.1) ? 20 : 0.2) + (Host!.ExtraTime / 20),
            Refusal = () => Host!.Refusal(),
        };
        server.Committed = changes => observer.Truth.Add(server, changes);
        Host = new ServerHost(scheduler, server, clock);
        FallbackMode[] modes = [FallbackMode.ReadWrite, FallbackMode.ReadOnly, FallbackMode.Off];
        Machines = [.. modes.Select((mode, n) => new Machine(n, mode, plant.CreateDisk(scheduler, _dice, folder, $"i{n}")))];
    }

    public ServerHost Host { get; }

    public IReadOnlyList<Machine> Machines { get; }

    public int FaultCount { get; private set; }

    public async Task RunAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "server"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Copy(Path.Combine(_template, SqliteStore.FileName), Path.Combine(_folder, "server", SqliteStore.FileName));
        await Host.Server.OpenAsync().ConfigureAwait(false);
        try
        {
            await StartAsync(Machines[0]).ConfigureAwait(false);
            await PrepareAsync(Machines[0].Running!.Features).ConfigureAwait(false);
            foreach (var machine in Machines.Skip(1)) await StartAsync(machine).ConfigureAwait(false);
            await _scheduler.DelayAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
            foreach (var machine in Machines) Serve(machine.Running!);
            var faults = new Faults(this, _scheduler, _dice);
            await faults.RunAsync(_dice.Time(15_000, 45_000)).ConfigureAwait(false);
            FaultCount = faults.Count;
            await SettleAsync().ConfigureAwait(false);
            await new Verdict(_observer, this).JudgeAsync().ConfigureAwait(false);
        }
        finally
        {
            foreach (var machine in Machines) machine.Running?.Kill();
            foreach (var instance in _dead.Concat(Machines.Select(machine => machine.Running).OfType<Instance>())) instance.Bury();
            await Host.Server.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A process dies, and another one starts in its place after a while.</summary>
    public void Kill(Machine machine, bool losesPower)
    {
        if (machine.Running is not { } instance) return;
        _scheduler.Log($"{instance.Name} dies");
        instance.Kill();
        if (losesPower) machine.Disk.LosePower();
        Mourn(machine, instance);
    }

    /// <summary>The power fails while the next commit is on its way to the disk.</summary>
    public void KillInCommit(Machine machine)
    {
        if (machine.Running is not { } instance || machine.Mode == FallbackMode.Off) return;
        machine.Disk.PowerFails = () =>
        {
            _scheduler.Log($"{instance.Name} dies in a commit");
            instance.Kill();
            Mourn(machine, instance);
        };
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
        machine.Disk.PowerFails = null;
        _dead.Add(instance);
        _scheduler.After(_dice.Time(200, 6000), null, null, () => _ = StartAsync(machine));
    }

    private async Task StartAsync(Machine machine)
    {
        while (true)
        {
            var instance = new Instance(machine, _scheduler, _dice, Host);
            if (machine.Mode != FallbackMode.Off) machine.Disk.Attach(instance, _template);
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
                if (machine.Disk.PowerFails is not null) machine.Disk.PowerFails = null;
            }
            catch (Exception error)
            {
                _observer.Violate($"{instance.Name} cannot start: {error}");
                return;
            }
            await _scheduler.DelayAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        }
    }

    private void Serve(Instance instance)
    {
        var clients = new Clients(_scheduler, _dice, _observer, instance, Host.Clock, () => _isOver);
        for (var client = 0; client < 2; client++) _ = clients.RunAsync();
        _ = clients.LeadAsync();
        _ = clients.FollowSignalsAsync();
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
        if (!Host.IsUp) Host.Restart();
        Host.Heal();
        foreach (var machine in Machines)
        {
            machine.Disk.PowerFails = null;
            machine.Disk.ExtraDelay = TimeSpan.Zero;
            machine.Running?.Link.Heal();
            machine.Running?.FillDisk(isFull: false);
        }
        await _scheduler.DelayAsync(TimeSpan.FromSeconds(3)).ConfigureAwait(false);
        _isOver = true;
        var limit = _scheduler.Now + Settling.Ticks;
        while (!IsSettled() && _scheduler.Now < limit)
            await _scheduler.DelayAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        if (!IsSettled()) _observer.Violate($"three minutes after the last fault, not everything is settled: {Describe()}");
        await _scheduler.DelayAsync(TimeSpan.FromSeconds(4)).ConfigureAwait(false);
    }

    private bool IsSettled() => Machines.All(machine => machine.Running is { } instance && instance.Store.Changes.IsLive
            && instance.Failover is null or { Status: { IsLocal: false, Pending: 0 } } && instance.Features.Queue.Pending == 0)
        && !_observer.Operations.Exists(operation => operation.Result == OperationResult.Open && operation.Instance.IsAlive);

    private string Describe() => string.Join(", ", Machines.Select(machine => machine.Running is not { } instance ? $"i{machine.Number} does not run"
        : $"{instance.Name} hears {instance.Store.Changes.IsLive}, local {instance.Failover?.Status.IsLocal} ({instance.Failover?.Status.Message}), "
            + $"pending {instance.Failover?.Status.Pending}, queued {instance.Features.Queue.Pending}")) + ", open: "
        + string.Join(", ", _observer.Operations.Where(operation => operation.Result == OperationResult.Open && operation.Instance.IsAlive).Take(5));
}
