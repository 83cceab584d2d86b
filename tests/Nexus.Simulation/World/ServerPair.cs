namespace Nexus.Simulation;

/// <summary>
/// Two servers, of which one is the primary. A promotion makes the other one the primary on the next timeline; the earlier one goes on until it is
/// made a standby again.
/// </summary>
internal sealed class ServerPair
{
    private readonly Scheduler _scheduler;
    private readonly Dice _dice;
    private readonly string _folder;
    private readonly Func<string, Func<ServerHost>, int, ModelServer> _create;
    private readonly Observer _observer;
    private readonly List<ModelServer> _servers = [];
    private readonly List<long> _promotedAt = [];

    /// <param name="scheduler">Keeps the time.</param>
    /// <param name="dice">Decides about lags.</param>
    /// <param name="folder">For the records.</param>
    /// <param name="clock">The clock of both servers.</param>
    /// <param name="create">Makes a server in a folder, on a host and a timeline.</param>
    /// <param name="observer">Learns what is lost.</param>
    public ServerPair(Scheduler scheduler, Dice dice, string folder, SimulatedClock clock, Func<string, Func<ServerHost>, int, ModelServer> create,
        Observer observer)
    {
        (_scheduler, _dice, _folder, _create, _observer) = (scheduler, dice, folder, create, observer);
        IsSynchronous = dice.Happens(0.5);
        var first = create(Path.Combine(folder, "server"), () => Hosts![0], 1);
        _servers.Add(first);
        Hosts = [new ServerHost(scheduler, first, clock), new ServerHost(scheduler, CreateStandby(), clock)];
        Primary = Hosts[0];
    }

    public IReadOnlyList<ServerHost> Hosts { get; }

    /// <summary>The one that was promoted last.</summary>
    public ServerHost Primary { get; private set; }

    /// <summary>The other one.</summary>
    public ServerHost Other => Primary == Hosts[0] ? Hosts[1] : Hosts[0];

    public int Timeline => Primary.Server.Timeline;

    public bool IsSynchronous { get; }

    public Replication Replication => Primary.Server.Replication!;

    /// <summary>The earlier primary takes calls, or will when it is up.</summary>
    public bool HasOldPrimary => !Other.Server.IsStandby;

    public IReadOnlyList<ModelServer> Servers => _servers;

    public async Task OpenAsync()
    {
        var server = Primary.Server;
        await server.OpenAsync().ConfigureAwait(false);
        await server.KeepLogAsync().ConfigureAwait(false);
        server.Replication = new Replication(_scheduler, _dice, IsSynchronous, []);
        server.Replication.Attach();
        _scheduler.Log(IsSynchronous ? "a synchronous pair" : "an asynchronous pair");
    }

    /// <summary>The standby becomes the primary. Nobody tells the earlier one.</summary>
    public async Task PromoteAsync()
    {
        var (former, next) = (Primary, Other);
        var old = former.Server;
        var (kept, lost) = old.Replication!.Promote();
        var folder = Path.Combine(_folder, $"server-{old.Timeline + 1}");
        // All that is done on a synchronous primary, the standby has.
        old.CopyTo(folder, IsSynchronous ? null : kept);
        var server = _create(folder, () => next, old.Timeline + 1);
        _servers.Add(server);
        (Primary, next.Server) = (next, server);
        _promotedAt.Add(_scheduler.Now);
        _scheduler.Log($"promotion to timeline {server.Timeline}, {lost.Count} lost");
        _observer.Truth.Lose(old.Timeline, lost);
        await server.OpenAsync().ConfigureAwait(false);
        await server.KeepLogAsync().ConfigureAwait(false);
        server.Replication = new Replication(_scheduler, _dice, IsSynchronous, await server.FollowAsync(kept).ConfigureAwait(false));
        if (!next.IsUp) next.Restart();
    }

    /// <summary>The earlier primary is stopped, and a copy of the present one takes its place.</summary>
    public void Rebuild()
    {
        if (!HasOldPrimary) return;
        _scheduler.Log("the old primary becomes a standby");
        Other.Crash();
        Other.Server = CreateStandby();
        Other.Heal();
        Other.Restart();
        Replication.Attach();
    }

    /// <summary>Whether an instance has known the present primary since a time, so that nothing of an earlier one reaches it.</summary>
    public bool IsKnownTo(Instance instance, long since) => Timeline == 1 || instance.SeenAt(Timeline) <= since;

    private ModelServer CreateStandby() => new("", TimeProvider.System, _ => Task.CompletedTask) { IsStandby = true };
}
