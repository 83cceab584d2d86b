using Nexus;
using Nexus.BotState;
using Nexus.Dispatch;
using Nexus.Errors;
using Nexus.Json;
using Nexus.KeyedState;
using Nexus.Sessions;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace GettingStarted;

internal static class Recording
{
    public static async Task SubscribeAsync(NexusDb db)
    {
        #region users
        await db.Users.SaveAsync(1001, new UserChange { Name = "Ada", Days = 30 });

        var access = await db.Users.CheckAccessAsync(1001);
        Console.WriteLine(access.Allowed ? $"welcome, {access.Role}" : "no access");
        #endregion
    }

    public static async Task ConfigureAsync(NexusDb db)
    {
        #region sessions
        var config = StateJson.Parse("""{"mode":"PILOT","leverage":5,"strategies":{"TREND":true}}""");
        var receipt = await db.Sessions.SaveAsync(new Session(1001, "api key", "api secret", config));
        Console.WriteLine($"stored as version {receipt.Version}");

        // One field changes. Concurrent changes of other fields are kept.
        await db.Sessions.PatchConfigAsync(1001, StateJson.Parse("""{"leverage":10}"""));

        await foreach (var session in db.Sessions.ListAsync(mode: "PILOT", strategy: "TREND"))
        {
            var apiKey = session.ApiKey?.Reveal();    // secrets are opened only where they are used
            Console.WriteLine($"{session.ChatId} runs TREND {(apiKey is null ? "without" : "with")} a key");
        }
        #endregion
    }

    public static async Task SwitchAsync(NexusDb db)
    {
        #region switches
        await db.BotState.PatchAsync(new BotSwitchesPatch { AiFilterEnabled = true, DisabledAssets = ["DOGEUSDT"] });

        var switches = await db.BotState.GetAsync();
        Console.WriteLine($"{switches.DisabledAssets.Count} assets are disabled");
        #endregion
    }

    public static async Task DispatchAsync(NexusDb db)
    {
        #region dispatch
        await db.BotState.SetStrategyAsync("TREND", enabled: true);

        var signal = new Signal("TREND") { Symbol = "BTCUSDT", Modes = ["PILOT", "COPILOT"] };
        await foreach (var (chat, mode) in db.Sessions.DispatchAsync(signal)) Console.WriteLine($"{chat} enters as {mode}");
        #endregion
    }

    public static async Task TalkAsync(NexusDb db)
    {
        #region state
        // A dialog that is forgotten after an hour without an answer.
        await db.State.SaveAsync("dialogs", "1001", StateJson.Parse("""{"step":"symbol"}"""), StateExpiry.After(TimeSpan.FromHours(1)));
        await db.State.PatchAsync("dialogs", "1001", StateJson.Parse("""{"symbol":"BTCUSDT"}"""), StateExpiry.After(TimeSpan.FromHours(1)));

        var dialog = await db.State.GetAsync("dialogs", "1001");
        Console.WriteLine($"asks for the amount of {dialog?.Value.Root.GetProperty("symbol")}");
        #endregion
    }

    public static async Task ScheduleAsync(NexusDb db)
    {
        #region tasks
        var report = new NewTask { ChatId = 1001, Action = "daily-report", Schedule = TaskSchedule.Cron("0 9 * * *", "Europe/Madrid") };
        var task = await db.Tasks.CreateAsync(report);
        Console.WriteLine($"runs at {task.NextRun:O}");

        // A worker: claims what is due, runs it, and completes it. The claim holds for a minute unless it is renewed.
        foreach (var claim in await db.Tasks.ClaimDueAsync(limit: 20, lease: TimeSpan.FromMinutes(1)))
        {
            Console.WriteLine($"{claim.Task.Action} for {claim.Task.ChatId}, due {claim.Lease.Due:O}");
            await db.Tasks.CompleteAsync(claim);
        }
        #endregion
    }

    public static async Task TradeAsync(NexusDb db)
    {
        #region trades
        var id = Guid.CreateVersion7();    // chosen by the caller: a repeat with the same id opens nothing twice
        await db.Trades.OpenAsync(new Trade
        {
            Id = id,
            ChatId = 1001,
            Symbol = "BTCUSDT",
            Side = TradeSide.Long,
            EntryPrice = 65_000.10m,
            Quantity = 0.015m,
        });

        var closed = (await db.Trades.CloseAsync(id, new TradeClose { ExitPrice = 66_000m, Fees = 1.25m })).Trade;
        Console.WriteLine($"profit {closed.Pnl}");

        var performance = await db.Trades.GetPerformanceAsync(1001, days: 30);
        Console.WriteLine($"{performance.Trades} trades in 30 days");
        #endregion
    }

    public static async Task HandleErrorsAsync(NexusDb db)
    {
        #region errors
        var session = (await db.Sessions.GetAsync(1001))!;
        try
        {
            await db.Sessions.SaveAsync(session with { Config = StateJson.Parse("""{"mode":"WATCHER"}""") }, expectedVersion: session.Version);
        }
        catch (NexusConflictException conflict)
        {
            Console.WriteLine($"version {conflict.ActualVersion} is stored already; read it and decide again");
        }
        catch (NexusException error) when (error.IsTransient)
        {
            Console.WriteLine($"{error.Code}: try again later");
        }
        #endregion
    }

    public static async Task WatchAsync(NexusDb db)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var cancellationToken = stop.Token;
        var watching = WatchFirstAsync(db, cancellationToken);
        while (!watching.IsCompleted)
        {
            await db.BotState.PatchAsync(new BotSwitchesPatch { AiFilterEnabled = false }, cancellationToken: cancellationToken);
            await Task.WhenAny(watching, Task.Delay(100, cancellationToken));
        }
        await watching;
    }

    private static async Task WatchFirstAsync(NexusDb db, CancellationToken cancellationToken)
    {
        #region watch
        await foreach (var changes in db.WatchAsync(cancellationToken))
        {
            foreach (var change in changes) Console.WriteLine($"{change.Table} {change.Id} changed");
            break;
        }
        #endregion
    }
}
