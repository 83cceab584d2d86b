using System.Globalization;
using Nexus.Engine;
using Nexus.Json;
using Nexus.Leases;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Simulation;

/// <summary>The callers in one process: each waits, picks an operation, and calls it.</summary>
internal sealed class Clients(
    Scheduler scheduler, Dice dice, Observer observer, Instance instance, SimulatedClock serverClock, Func<bool> isOver)
{
    public const string Space = "sim";
    public const long ExtendedChat = 1001;
    public const long GateChat = 2001;
    public const long TradingChat = 3001;
    public const long EndingChat = 4001;

    private const string Lease = "leader";

    private static readonly TimeSpan SignalEvery = TimeSpan.FromSeconds(7);

    /// <summary>When the subscription of one user ends, in the middle of most executions.</summary>
    public static readonly DateTimeOffset End = SimulatedClock.Begin.AddSeconds(20);

    /// <summary>Values that are replaced if their version is the expected one.</summary>
    private static readonly string[] Conditional = ["cas0", "cas1"];

    /// <summary>Values that are replaced whatever they hold.</summary>
    private static readonly string[] Replaced = ["reg0", "reg1"];

    /// <summary>The value that collects a member of each patch.</summary>
    public const string Collected = "set0";

    private readonly List<TradeKey> _opened = [];

    private static string UserName(long chat) => $"{UserRow.Table.Name} {chat}";

    public static string Extended => UserName(ExtendedChat);

    public static string Gate => UserName(GateChat);

    public async Task RunAsync()
    {
        while (!isOver() && instance.IsAlive)
        {
            await scheduler.DelayAsync(dice.Time(50, 1800), instance).ConfigureAwait(false);
            if (isOver()) return;
            await OperateAsync(dice.Below(100)).ConfigureAwait(false);
        }
    }

    /// <summary>Holds the lease while it can, as a leader does.</summary>
    public async Task LeadAsync()
    {
        var holder = $"{instance.Name} since {scheduler.Now}";
        while (!isOver() && instance.IsAlive)
        {
            await scheduler.DelayAsync(dice.Time(300, 2500), instance).ConfigureAwait(false);
            if (isOver()) return;
            try
            {
                var duration = TimeSpan.FromMilliseconds(dice.Between(500, 3000));
                var asked = scheduler.Now;
                var lease = await instance.Leases.TryTakeAsync(Lease, holder, duration).ConfigureAwait(false);
                while (lease is not null)
                {
                    observer.Holds(Lease, holder, lease.Epoch, asked + duration.Ticks);
                    await scheduler.DelayAsync(duration * (0.2 + dice.Fraction()), instance).ConfigureAwait(false);
                    if (dice.Happens(0.3))
                    {
                        observer.Dropped(Lease, holder);
                        await instance.Leases.ReleaseAsync(lease).ConfigureAwait(false);
                        break;
                    }
                    asked = scheduler.Now;
                    lease = await instance.Leases.RenewAsync(lease).ConfigureAwait(false);
                }
                observer.Dropped(Lease, holder);
            }
            catch (Errors.NexusException)
            {
                // It holds until the duration ends, and then no more.
            }
        }
    }

    /// <summary>
    /// A signal reaches every process at the same time: within some milliseconds all of them write the same records and read what the others write.
    /// </summary>
    public async Task FollowSignalsAsync()
    {
        while (!isOver() && instance.IsAlive)
        {
            var next = ((scheduler.Now / SignalEvery.Ticks) + 1) * SignalEvery.Ticks;
            await scheduler.DelayAsync(TimeSpan.FromTicks(next - scheduler.Now) + dice.Time(0, 3), instance).ConfigureAwait(false);
            if (isOver()) return;
            var writing = dice.Happens(0.7) ? BurstAsync() : Task.CompletedTask;
            for (var reads = dice.Below(8); reads > 0; reads--)
            {
                await scheduler.DelayAsync(dice.Time(0.2, 4), instance).ConfigureAwait(false);
                await (dice.Happens(0.7) ? CheckAsync() : ReadUserAsync()).ConfigureAwait(false);
            }
            await writing.ConfigureAwait(false);
        }
    }

    private Task OperateAsync(int pick) => pick switch
    {
        < 12 => ReplaceIfAsync(dice.Pick(Conditional)),
        < 26 => ReplaceAsync(dice.Pick(Replaced)),
        < 38 => CollectAsync(),
        < 48 => ExtendAsync(),
        < 54 => GateAsync(),
        < 62 => TradeAsync(),
        < 70 => ReadAsync(dice.Pick(Replaced)),
        < 76 => ReadAsync(Collected),
        < 86 => CheckAsync(),
        < 90 => CheckEndAsync(),
        < 96 => ReadUserAsync(),
        _ => BurstAsync(),
    };

    private async Task ReplaceIfAsync(string key)
    {
        if (await ReadAsync(key).ConfigureAwait(false) is not var (version, tag)) return;
        await observer.WriteAsync(
            instance, Truth.NameOf(Space, key), "replace-if", version,
            async number => Of(await instance.Features.State.SaveAsync(Space, key, Tagged(number), expectedVersion: version).ConfigureAwait(false)),
            tag).ConfigureAwait(false);
    }

    private Task ReplaceAsync(string key) => observer.WriteAsync(instance, Truth.NameOf(Space, key), "replace", null, async number =>
        Of(await instance.Features.State.SaveAsync(Space, key, Tagged(number)).ConfigureAwait(false)));

    private Task CollectAsync() => observer.WriteAsync(instance, Truth.NameOf(Space, Collected), "collect", null, async number =>
        Of(await instance.Features.State.PatchAsync(Space, Collected, StateJson.Parse($$"""{"o{{number}}":1}""")).ConfigureAwait(false)));

    private Task ExtendAsync() => observer.WriteAsync(instance, Extended, "extend", null, async _ =>
        Of(await instance.Users.ExtendAsync(ExtendedChat, days: 1).ConfigureAwait(false)));

    private Task GateAsync() => dice.Happens(0.5)
        ? observer.WriteAsync(instance, Gate, "remove", null, async _ =>
        {
            var receipt = await instance.Users.DeleteAsync(GateChat).ConfigureAwait(false);
            return (receipt.Version, receipt.IsSpooled);
        })
        : observer.WriteAsync(instance, Gate, "allow", null, async _ =>
            Of(await instance.Users.SaveAsync(GateChat, "gate", days: 1000).ConfigureAwait(false)));

    private async Task TradeAsync()
    {
        if (_opened.Count > 0 && dice.Happens(0.4))
        {
            var key = dice.Pick(_opened);
            await observer.WriteAsync(instance, $"{TradeRow.Table.Name} {key.Id}", "close", null, async _ =>
                Of((await instance.Features.Trades.CloseAsync(key, new TradeClose { ExitPrice = 101m }).ConfigureAwait(false)).Receipt))
                .ConfigureAwait(false);
            return;
        }
        // Its key must be known before its number is.
        var id = new Guid((uint)dice.Next(), 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 1);
        var at = SimulatedClock.Begin.AddMinutes(-5);
        var operation = await observer.WriteAsync(instance, $"{TradeRow.Table.Name} {id}", "open", null, async _ =>
            Of((await instance.Features.Trades.OpenAsync(new Trade
            {
                Id = id,
                ChatId = TradingChat,
                Symbol = "BTCUSDT",
                Side = TradeSide.Long,
                EntryPrice = 100m,
                Quantity = 1m,
                EntryTimestamp = at,
            }).ConfigureAwait(false)).Receipt)).ConfigureAwait(false);
        if (operation.IsAcknowledged) _opened.Add(new TradeKey(TradingChat, at, id));
    }

    private Task<(long Version, long? Tag)?> ReadAsync(string key) => observer.ReadAsync(
        instance, Truth.NameOf(Space, key), TimeSpan.Zero, async () =>
        {
            var entry = await instance.Features.State.GetAsync(Space, key).ConfigureAwait(false);
            return (entry?.Version ?? 0, entry is null ? 0 : entry.Value.Root.TryGetProperty("tag", out var tag) ? tag.GetInt64() : null);
        });

    private Task ReadUserAsync() => observer.ReadAsync(instance, Extended, CacheProof.Bound, async () =>
        ((await instance.Users.GetAsync(ExtendedChat).ConfigureAwait(false))?.Version ?? 0, null));

    private async Task CheckAsync()
    {
        var (invoked, source) = (scheduler.Now, AnswerSource.Begin());
        var access = await instance.Users.CheckAccessAsync(GateChat).ConfigureAwait(false);
        if (access.Role != AccessRole.Error) observer.CheckedAccess(instance, Gate, invoked, access.Allowed, source);
    }

    private async Task CheckEndAsync()
    {
        var (invoked, source) = (scheduler.Now, AnswerSource.Begin());
        var access = await instance.Users.CheckAccessAsync(EndingChat).ConfigureAwait(false);
        if (access.Role != AccessRole.Error) observer.CheckedEnd(instance, End, invoked, access.Allowed, source, serverClock.Offset);
    }

    /// <summary>Several at once, which the queue gathers into a batch.</summary>
    private Task BurstAsync() => Task.WhenAll(
        ReplaceAsync(Replaced[0]), CollectAsync(), ExtendAsync(), ReplaceAsync(Replaced[1]), CollectAsync(), GateAsync(), CheckAsync());

    private static StateJson Tagged(int number) => StateJson.Parse(string.Create(CultureInfo.InvariantCulture, $$"""{"tag":{{number}}}"""));

    private static (long Version, bool IsSpooled) Of(WriteReceipt receipt) => (receipt.Version, receipt.IsSpooled);
}
