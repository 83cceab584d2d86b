namespace Nexus.Simulation;

/// <summary>What goes wrong with a pair of servers, beside what goes wrong with one. It has random numbers of its own.</summary>
internal sealed class FailoverFaults(World world, ServerPair pair, Scheduler scheduler, Dice dice)
{
    public int Count { get; private set; }

    public async Task RunAsync(TimeSpan duration)
    {
        var end = scheduler.Now + duration.Ticks;
        while (scheduler.Now < end)
        {
            await scheduler.DelayAsync(dice.Time(1000, 8000)).ConfigureAwait(false);
            Count++;
            await HappenAsync(dice.Below(12)).ConfigureAwait(false);
        }
    }

    private Task HappenAsync(int pick)
    {
        switch (pick)
        {
            case < 5:
                return FailOverAsync();
            case < 7:
                scheduler.Log("fault instances are divided");
                Divide();
                break;
            case 7:
                pair.Replication.Cut();
                scheduler.After(Length(), null, null, pair.Replication.Heal);
                break;
            case 8:
                scheduler.Log("fault the standby lags");
                pair.Replication.Lag = dice.Time(20, 1500);
                scheduler.After(Length(), null, null, pair.Replication.Heal);
                break;
            case 9 when pair.HasOldPrimary && pair.Other.IsUp:
                scheduler.Log("fault the old primary crashes");
                var old = pair.Other;
                old.Crash();
                scheduler.After(Length(), null, null, () => StartAgain(old));
                break;
            default:
                pair.Rebuild();
                break;
        }
        return Task.CompletedTask;
    }

    private async Task FailOverAsync()
    {
        if (!pair.Replication.HasStandby || !pair.Other.IsUp) return;
        var old = pair.Primary;
        switch (dice.Below(4))
        {
            case 0:
                // It dies, and comes back as a primary.
                if (old.IsUp) old.Crash();
                await scheduler.DelayAsync(dice.Time(100, 3000)).ConfigureAwait(false);
                await PromoteAsync(old).ConfigureAwait(false);
                scheduler.After(dice.Time(500, 12_000), null, null, () => StartAgain(old));
                break;
            case 1:
                // A planned one: the earlier primary is a standby at once.
                await PromoteAsync(old).ConfigureAwait(false);
                pair.Rebuild();
                break;
            default:
                // It was only cut off, and goes on.
                if (dice.Happens(0.6)) Divide();
                if (dice.Happens(0.5)) pair.Replication.Cut();
                await scheduler.DelayAsync(dice.Time(0, 2000)).ConfigureAwait(false);
                await PromoteAsync(old).ConfigureAwait(false);
                break;
        }
    }

    private static void StartAgain(ServerHost host)
    {
        if (!host.IsUp) host.Restart();
    }

    private async Task PromoteAsync(ServerHost old)
    {
        if (pair.Primary == old && pair.Replication.HasStandby) await pair.PromoteAsync().ConfigureAwait(false);
    }

    /// <summary>Some instances reach one server only, some the other only, some both.</summary>
    private void Divide()
    {
        foreach (var machine in world.Machines)
        {
            var side = dice.Below(3);
            if (machine.Running is not { } instance || side == 2) continue;
            var link = instance.Links[side];
            if (dice.Happens(0.5)) link.Stall();
            else
            {
                link.IsCut = true;
                link.Reset();
            }
            scheduler.After(Length(), null, null, link.Heal);
        }
    }

    private TimeSpan Length() => dice.Time(500, dice.Happens(0.3) ? 15_000 : 6000);
}
