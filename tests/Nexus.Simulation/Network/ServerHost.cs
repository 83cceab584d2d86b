using Npgsql;

namespace Nexus.Simulation;

/// <summary>The machine of a server: up or down. What is committed survives.</summary>
internal sealed class ServerHost(Scheduler scheduler, ModelServer server, SimulatedClock clock)
{
    private readonly List<SimulatedLink> _links = [];

    public ModelServer Server { get; set; } = server;

    public SimulatedClock Clock => clock;

    public bool IsUp { get; private set; } = true;

    /// <summary>Added to each lock and commit: a slow disk, or a standby that is waited for.</summary>
    public TimeSpan ExtraTime { get; set; }

    /// <summary>The error of a write; null where it is taken.</summary>
    public Func<PostgresException?> Refusal { get; set; } = () => null;

    /// <summary>Increases with each crash: a response of an earlier life never arrives.</summary>
    public int Epoch { get; private set; }

    public void Add(SimulatedLink link) => _links.Add(link);

    public void Remove(SimulatedLink link) => _links.Remove(link);

    /// <param name="isStopped">By an administrator: the sessions are told, and a commit may have succeeded nevertheless.</param>
    public void Crash(bool isStopped = false)
    {
        scheduler.Log(isStopped ? "server stops" : "server crashes");
        IsUp = false;
        Epoch++;
        Server.Crash();
        foreach (var link in _links.ToList()) link.Reset(isStopped ? ModelErrors.Stopping : ModelErrors.Broken);
    }

    public void Restart()
    {
        scheduler.Log("server starts");
        // Done within this instant.
        _ = Server.RecoverAsync();
        IsUp = true;
    }

    /// <summary>Ends what hinders it.</summary>
    public void Heal()
    {
        ExtraTime = TimeSpan.Zero;
        Refusal = () => null;
    }
}
