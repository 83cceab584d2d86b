using Microsoft.Playwright;
using Nexus.BotState;
using Nexus.Engine;
using Nexus.History;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Server.Tests.Kit;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

[assembly: AssemblyFixture(typeof(Nexus.Dashboard.Tests.Kit.DashboardServer))]

namespace Nexus.Dashboard.Tests.Kit;

/// <summary>One server on the embedded store with some state, which the tests share. A test that changes something has its own chat.</summary>
public sealed class DashboardServer : IAsyncLifetime
{
    public const string Markup = "<script>document.title='owned'</script><img src=x onerror=document.title='owned'>";

    /// <summary>A secret among the parameters of the task, which no page shows.</summary>
    public const string TaskSecret = "9fK2mP4xQ7vT1bN8sW3c";

    /// <summary>A task that has failed, and that a worker has.</summary>
    public static readonly Guid TaskId = Guid.Parse("0190b6a0-0000-7000-8000-00000000aaaa");

    private long _lastChat = 5_000;

    public RunningServer Server { get; private set; } = null!;

    public string Url => Server.Url;

    public NexusDb Db => Server.Db;

    /// <summary>A key that sees everything and changes nothing.</summary>
    public ApiClient Viewer { get; private set; } = null!;

    /// <summary>A key that changes sessions and switches.</summary>
    public ApiClient Bot { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await RunningServer.StartAsync(new SqliteHome());
        Viewer = await Server.CallerAsync("viewer");
        Bot = await Server.CallerAsync("bot");
        await FillAsync(Db);
    }

    /// <summary>A chat that no other test uses, with a subscriber and a session.</summary>
    public async Task<string> NewChatAsync()
    {
        var chat = Interlocked.Increment(ref _lastChat).ToString();
        await Db.Users.SaveAsync(long.Parse(chat), $"Test {chat}", days: 30);
        var config = StateJson.Parse("""{"mode":"PILOT","leverage":5,"binance_api_key":"b-plain-secret"}""");
        await Db.Sessions.SaveAsync(new Session(long.Parse(chat), "k-plain-secret", "s-plain-secret", config));
        return chat;
    }

    /// <summary>A page of a browser that is signed in.</summary>
    public async Task<IPage> SignInAsync(IBrowserContext context, string? key = null)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync("/sign-in");
        await page.FillAsync("input[name=secret_key]", key ?? Server.AdminKey);
        await page.ClickAsync(".sign-in button[type=submit]");
        await page.WaitForURLAsync($"{Url}/");
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        Viewer.Dispose();
        Bot.Dispose();
        await Server.DisposeAsync();
    }

    private static async Task FillAsync(NexusDb db)
    {
        var task = new NewTask
        {
            Id = TaskId,
            ChatId = 1001,
            Action = "<img src=x onerror=alert(1)>",
            Description = Markup,
            JobId = "job",
            Schedule = TaskSchedule.Cron("0 9 * * *", "Europe/Madrid"),
            Parameters = StateJson.From(new Dictionary<string, string> { ["note"] = Markup, ["api_secret"] = TaskSecret }),
            NextRun = DateTimeOffset.UtcNow.AddMinutes(-9),
        };
        await db.Tasks.CreateAsync(task);
        var claim = (await db.Tasks.ClaimDueAsync(1, TimeSpan.FromHours(1), Markup))[0];
        await db.Tasks.ReleaseAsync(TaskId, claim.Lease.Fence, error: Markup);
        await db.Tasks.ClaimDueAsync(1, TimeSpan.FromHours(1), Markup);
        for (var i = 1; i <= 60; i++)
        {
            var name = i == 1 ? Markup : $"Subscriber {i}";
            await db.Users.SaveAsync(1000 + i, name, days: i);
            var (mode, scalp) = (i % 2 == 0 ? "PILOT" : "WATCHER", i % 4 == 0 ? "true" : "false");
            var config = $$$"""{"mode":"{{{mode}}}","leverage":{{{i}}},"note":"{{{Markup}}}","strategies":{"TREND":true,"SCALP":{{{scalp}}}}}""";
            await db.Sessions.SaveAsync(new Session(1000 + i, i % 3 == 0 ? null : Secret.Of("key"), "secret", StateJson.Parse(config)));
            var trade = new Trade
            {
                ChatId = 1000 + i,
                Symbol = i % 2 == 0 ? "BTCUSDT" : "ETHUSDT",
                Side = i % 3 == 0 ? TradeSide.Short : TradeSide.Long,
                Strategy = i is 1 or 11 ? Markup : "TREND",
                EntryPrice = 65_000.5m,
                Quantity = 0.015m,
                EntryTimestamp = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(i),
            };
            if (i > 10)
            {
                trade = trade with
                {
                    Status = TradeStatus.Closed,
                    ExitPrice = 66_000m,
                    Pnl = i % 3 == 0 ? -12.5m : 15.25m,
                    ExitTimestamp = trade.EntryTimestamp.AddHours(2),
                    ExitReason = Markup,
                };
            }
            await db.Trades.OpenAsync(trade with { EntryTimestamp = trade.EntryTimestamp });
        }
        await db.BotState.SaveAsync(new BotSwitches
        {
            EnabledStrategies = StateJson.Parse($$"""{"TREND":true,"SCALP":false,"<b>bold</b>":true}"""),
            GroupConfig = StateJson.Parse("""{"CRYPTO":true,"STOCKS":{"limit":5}}"""),
            DisabledAssets = ["DOGEUSDT", "<i>X</i>"],
        });
        using var author = NexusHistory.By(new ChangeAuthor("markup", Markup, ChangeOrigin.Dashboard));
        await db.Sessions.PatchConfigAsync(1001, StateJson.Parse($$"""{"comment":"{{Markup}}","telegram_token":"t-plain-secret"}"""));
        await db.Users.SaveAsync(1001, Markup, days: 1);
        await db.BotState.DisableAssetAsync("<u>Y</u>");
        await db.SystemConfig.SaveAsync("limits", StateJson.Parse($$"""{"note":"{{Markup}}"}"""));
    }
}
