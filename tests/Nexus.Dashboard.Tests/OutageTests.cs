using Microsoft.Playwright;
using Nexus.Dashboard.Tests.Kit;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Server.Tests.Kit;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Dashboard.Tests;

/// <summary>The pages during an outage of PostgreSQL, and the decision that it leaves.</summary>
public sealed class OutageTests(Browser browser)
{
    [Fact]
    public async Task An_outage_is_shown_first_changes_are_kept_and_a_conflict_is_resolved()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var network = new TcpProxy(database.Cluster.Host, database.Cluster.Port);
        await using var server = await RunningServer.StartAsync(new OutageHome(database.Cluster.Url(database.Name, port: network.Port)));
        await server.Db.Users.SaveAsync(1, "Ada", days: 3);
        await server.Db.Sessions.SaveAsync(new Session(1, "plain-key-plain-key", null, StateJson.Parse("""{"mode":"PILOT","n":1}""")));
        await using var context = await browser.OpenAsync(server.Url, theme: "dark");
        var page = await SignInAsync(context, server);
        await page.GotoAsync("/sessions/1");

        network.Refusing = true;
        network.CutAll();
        await page.FillAsync("textarea[name=config]", """{"mode":"PILOT","n":2}""");
        await page.ClickAsync("button[value=save]");
        await Assertions.Expect(page.Locator(".notice.ok")).ToHaveTextAsync("Saved.");
        Assert.Contains("PostgreSQL is unavailable", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await page.GotoAsync("/");
        Assert.Contains("PostgreSQL has been unavailable", await page.InnerTextAsync("#health li >> nth=0"), StringComparison.Ordinal);
        await Screens.CheckAsync(page, "outage-overview");
        await page.GotoAsync("/outbox");
        await Screens.CheckAsync(page, "outage-outbox");

        await database.ExecuteAsync(
            """
            UPDATE sessions SET config = '{"n": 7, "note": "<b>theirs</b>"}', version = version + 1, updated_at = now(), write_id = gen_random_uuid()
            """);
        network.Refusing = false;
        await Eventually.TrueAsync(() => server.Db.Fallback is { IsLocal: false, Pending: 0, Conflicts: 1 });
        await page.GotoAsync("/outbox");
        var shown = await page.InnerTextAsync("article");
        Assert.Contains("<b>theirs</b>", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("nx1.", await page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("plain-key-plain-key", await page.ContentAsync(), StringComparison.Ordinal);
        await Screens.CheckAsync(page, "outbox-conflict");
        await page.ClickAsync("button[value=spooled]");

        await Assertions.Expect(page.Locator(".notice.ok")).ToHaveTextAsync("The conflict is resolved.");
        await Eventually.TrueAsync(async () => await database.ScalarAsync<string>("SELECT config->>'n' FROM sessions") == "2");
    }

    [Fact]
    public async Task Without_a_store_the_page_says_so_and_a_change_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var network = new TcpProxy(database.Cluster.Host, database.Cluster.Port);
        await using var server = await RunningServer.StartAsync(
            new OutageHome(database.Cluster.Url(database.Name, port: network.Port), FallbackMode.ReadOnly));
        await server.Db.Users.SaveAsync(1, "Ada", days: 3);
        using var visitor = new HttpVisitor(server.Url);
        (await visitor.SignInAsync(server.AdminKey)).Expect(303);
        await Eventually.TrueAsync(async () => (await visitor.GetAsync("/subscribers/1")).Status == 200);

        network.Refusing = true;
        network.CutAll();
        var reply = await visitor.SendAsync("/", "/subscribers/1/extend", ("days", "5"));

        Assert.Equal(503, reply.Status);
        await Eventually.TrueAsync(() => server.Db.Fallback is { IsLocal: true });
        Assert.Contains("PostgreSQL is unavailable.", (await visitor.GetAsync("/")).Expect(200).Text, StringComparison.Ordinal);
    }

    private static async Task<IPage> SignInAsync(IBrowserContext context, RunningServer server)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync("/sign-in");
        await page.FillAsync("input[name=secret_key]", server.AdminKey);
        await page.ClickAsync(".sign-in button[type=submit]");
        await page.WaitForURLAsync($"{server.Url}/");
        return page;
    }

    /// <summary>A database that the test has made, with a fallback.</summary>
    private sealed class OutageHome(string url, FallbackMode mode = FallbackMode.ReadWrite) : StoreHome
    {
        private static readonly string Key = KeyRing.GenerateKey();

        public override NexusOptions CreateOptions() =>
            new() { Database = url, Keys = Key, MinPoolSize = 1, MaxPoolSize = 5, ConnectTimeout = TimeSpan.FromSeconds(2), Fallback = mode };

        public override Task<byte[]> ReadEverythingAsync() => Task.FromResult<byte[]>([]);

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
