using Npgsql;

namespace Nexus.Simulation;

/// <summary>What goes wrong. Each seed has its own selection, so that rare combinations are not drowned in frequent ones.</summary>
internal enum Fault
{
    ProcessKilled,
    PowerFailure,
    ProcessStopped,
    ProcessPaused,
    ServerCrash,
    NetworkStalled,
    NetworkCut,
    ConnectionsReset,
    AnswersLost,
    RequestsLost,
    NetworkSlow,
    NoticesLate,
    NoticesTwice,
    DiskFull,
    DiskSlow,
    ClockJump,
    ServerSlow,
    ServerDiskFull,
    ServerReadOnly,
    ServerLocked,
    ServerClockBack,
}

/// <summary>Chooses faults and lets them happen.</summary>
internal sealed class Faults(World world, Scheduler scheduler, Dice dice)
{
    private static readonly Fault[] All = Enum.GetValues<Fault>();

    private readonly List<Fault> _selected = Select(dice);

    /// <summary>How often each happened.</summary>
    public int Count { get; private set; }

    public async Task RunAsync(TimeSpan duration)
    {
        var end = scheduler.Now + duration.Ticks;
        while (scheduler.Now < end)
        {
            await scheduler.DelayAsync(dice.Time(300, 7000)).ConfigureAwait(false);
            Count++;
            await HappenAsync(dice.Pick(_selected), dice.Pick(world.Machines)).ConfigureAwait(false);
        }
    }

    private static List<Fault> Select(Dice dice)
    {
        List<Fault> selected = [.. All.Where(_ => dice.Happens(0.45))];
        return selected.Count == 0 ? [.. All] : selected;
    }

    private Task HappenAsync(Fault fault, Machine machine)
    {
        scheduler.Log($"fault {fault} i{machine.Number}");
        var instance = machine.Running;
        switch (fault)
        {
            case Fault.ServerCrash:
                var host = world.Host;
                if (!host.IsUp) break;
                host.Crash(isStopped: dice.Happens(0.4));
                scheduler.After(dice.Time(300, dice.Happens(0.3) ? 15_000 : 4000), null, null, () =>
                {
                    if (!host.IsUp) host.Restart();
                });
                break;
            case Fault.ServerSlow or Fault.ServerDiskFull or Fault.ServerReadOnly or Fault.ServerLocked:
                Hinder(fault);
                break;
            case Fault.ServerClockBack:
                // A step forward would end leases early, by the clock that is theirs.
                world.Host.Clock.Offset -= dice.Time(100, 2000);
                break;
            case Fault.ClockJump:
                machine.ClockOffset += dice.Time(-3_600_000, 3_600_000);
                if (instance is not null) instance.Clock.Offset = machine.ClockOffset;
                break;
            case var _ when instance is null:
                break;
            case Fault.ProcessKilled:
                world.Kill(machine, losesPower: false);
                break;
            case Fault.PowerFailure:
                if (dice.Happens(0.5)) world.Kill(machine, losesPower: true);
                else world.KillInCommit(machine);
                break;
            case Fault.ProcessStopped:
                return world.StopAsync(machine);
            case Fault.ProcessPaused:
                instance.PausedUntil = scheduler.Now + dice.Time(200, 9000).Ticks;
                break;
            default:
                Disturb(fault, machine, instance);
                break;
        }
        return Task.CompletedTask;
    }

    /// <summary>A fault of the server that ends by itself.</summary>
    private void Hinder(Fault fault)
    {
        var host = world.Host;
        if (fault == Fault.ServerSlow) host.ExtraTime = dice.Time(5, 1500);
        else
        {
            var (state, probability) = fault switch
            {
                Fault.ServerDiskFull => (PostgresErrorCodes.DiskFull, 1.0),
                Fault.ServerReadOnly => (PostgresErrorCodes.ReadOnlySqlTransaction, 1.0),
                _ => (PostgresErrorCodes.LockNotAvailable, 0.4),
            };
            host.Refusal = () => dice.Happens(probability) ? ModelErrors.Refused(state) : null;
        }
        scheduler.After(dice.Time(300, dice.Happens(0.3) ? 12_000 : 4000), $"end of {fault}", null, host.Heal);
    }

    /// <summary>A fault of an instance that ends by itself.</summary>
    private void Disturb(Fault fault, Machine machine, Instance instance)
    {
        var (links, length) = (instance.Links, dice.Time(300, dice.Happens(0.3) ? 12_000 : 4000));
        Action end = () => Each(link => link.Heal());
        switch (fault)
        {
            case Fault.NetworkStalled:
                Each(link => link.Stall());
                break;
            case Fault.NetworkCut:
                Each(link =>
                {
                    link.IsCut = true;
                    link.Reset();
                });
                break;
            case Fault.ConnectionsReset:
                Each(link => link.Reset());
                return;
            case Fault.AnswersLost:
                var answers = 0.1 + (dice.Fraction() * 0.6);
                Each(link => link.LossOfAnswers = answers);
                break;
            case Fault.RequestsLost:
                var requests = 0.1 + (dice.Fraction() * 0.4);
                Each(link => link.LossOfRequests = requests);
                break;
            case Fault.NetworkSlow:
                var delay = dice.Time(20, 1500);
                Each(link => link.ExtraDelay = delay);
                break;
            case Fault.NoticesLate:
                var late = dice.Time(100, 4000);
                Each(link => link.NoticeDelay = late);
                break;
            case Fault.NoticesTwice:
                Each(link => link.Duplicates = 0.5);
                break;
            case Fault.DiskFull:
                instance.FillDisk(isFull: true);
                end = () => instance.FillDisk(isFull: false);
                break;
            case Fault.DiskSlow:
                var slow = dice.Time(20, 1500);
                foreach (var disk in machine.Disks) disk.ExtraDelay = slow;
                end = () =>
                {
                    foreach (var disk in machine.Disks) disk.ExtraDelay = TimeSpan.Zero;
                };
                break;
        }
        scheduler.After(length, null, null, () =>
        {
            scheduler.Log($"end of {fault} i{machine.Number}");
            end();
        });

        void Each(Action<SimulatedLink> action)
        {
            foreach (var link in links) action(link);
        }
    }
}
