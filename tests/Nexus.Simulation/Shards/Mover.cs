using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sharding;

namespace Nexus.Simulation;

/// <summary>A process that moves buckets: the command line, which ends with its command.</summary>
internal sealed class Mover : IEventOwner
{
    private readonly Scheduler _scheduler;
    private readonly SimulatedClock _clock;

    public Mover(Scheduler scheduler, Dice dice, IReadOnlyList<ServerHost> hosts, string name)
    {
        (_scheduler, Name) = (scheduler, name);
        _clock = new SimulatedClock(scheduler, this);
        Links = [.. hosts.Select((host, n) => new SimulatedLink(scheduler, dice, host, this, $"{name}-db{n}"))];
        for (var n = 0; n < hosts.Count; n++) hosts[n].Add(Links[n]);
    }

    public string Name { get; }

    public bool IsAlive { get; private set; } = true;

    public long PausedUntil { get; set; }

    public IReadOnlyList<SimulatedLink> Links { get; }

    /// <summary>Runs a command to its end.</summary>
    /// <param name="plan">Plans the moves by the map.</param>
    /// <param name="dice">Jitter.</param>
    /// <param name="plant">What a planted defect replaces.</param>
    /// <returns>Why it failed; null if it did not.</returns>
    public async Task<Exception?> RunAsync(Func<ShardMap, IReadOnlyList<PlannedMove>> plan, Dice dice, Plant plant)
    {
        var retry = new Retry(_clock, dice.Fraction);
        Exception? failure = null;
        try
        {
            await new ShardMover(new ModelShardServers(Links, _clock, retry, plant), NullLogger.Instance, _clock, retry)
                .RunAsync(plan, isDryRun: false, new Progress(_scheduler, Name), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = error;
        }
        if (IsAlive) _scheduler.Log($"{Name} ends: {failure?.GetType().Name ?? "done"}");
        Kill();
        return failure;
    }

    /// <summary>The process ends as by SIGKILL, or at its end.</summary>
    public void Kill()
    {
        if (!IsAlive) return;
        IsAlive = false;
        foreach (var link in Links) link.End();
    }

    private sealed class Progress(Scheduler scheduler, string name) : IProgress<ShardMoveProgress>
    {
        public void Report(ShardMoveProgress value) =>
            scheduler.Log($"{name} {value.Phase} {value.Source}>{value.Target} {value.Moved}/{value.Total}");
    }
}
