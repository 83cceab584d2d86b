using Microsoft.Playwright;
using Nexus.Dashboard.Tests.Kit;
using Nexus.Server.Dashboard;
using Nexus.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.Dashboard.Tests;

/// <summary>The overview comes alive: one stream for all tabs of a browser, none while no tab is visible.</summary>
public sealed class LiveTests(Browser browser, DashboardServer server)
{
    [Fact]
    public async Task Figures_and_charts_move_without_a_reload()
    {
        await using var context = await browser.OpenAsync(server.Url);
        var page = await server.SignInAsync(context, server.Viewer.Key);
        await Assertions.Expect(page.Locator("[data-live-state]")).ToHaveTextAsync("Live");
        using var ending = new CancellationTokenSource();
        var writing = WriteAsync(ending.Token);

        // The policy refuses texts as scripts, so the browser is asked again and again instead of waiting itself.
        await Assertions.Expect(page.Locator("[data-live=rate]")).Not.ToHaveTextAsync("0.00", new() { Timeout = 60_000 });
        await Assertions.Expect(page.Locator("[data-chart=rate] path.line-0")).Not.ToHaveAttributeAsync("d", "", new() { Timeout = 60_000 });

        await ending.CancelAsync();
        await writing;
        Assert.Equal($"{server.Url}/", page.Url);
    }

    [Fact]
    public async Task Two_tabs_share_one_stream_and_a_hidden_tab_has_none()
    {
        await using var own = await Nexus.Server.Tests.Kit.RunningServer.StartAsync(new StoreContract.SqliteHome());
        await using var context = await browser.OpenAsync(own.Url);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/sign-in");
        await page.FillAsync("input[name=secret_key]", own.AdminKey);
        await page.ClickAsync(".sign-in button[type=submit]");
        await page.WaitForURLAsync($"{own.Url}/");
        var second = await context.NewPageAsync();
        await second.GotoAsync("/");
        await Assertions.Expect(second.Locator("[data-live-state]")).ToHaveTextAsync("Live");
        var stream = own.Service<LiveStream>();
        await Eventually.TrueAsync(() => stream.Streams == 1, TimeSpan.FromMinutes(1));

        // Headless Chromium never hides a tab, so the page is told that it is hidden.
        foreach (var tab in new[] { page, second })
        {
            await tab.EvaluateAsync(Hide(true));
        }
        await Eventually.TrueAsync(() => stream.Streams == 0, TimeSpan.FromMinutes(1));
        await Assertions.Expect(second.Locator("[data-live-state]")).ToHaveTextAsync("Paused");

        await page.EvaluateAsync(Hide(false));
        await Eventually.TrueAsync(() => stream.Streams == 1, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_revoked_key_ends_its_stream_and_the_page_asks_for_a_sign_in()
    {
        using var caller = await server.Server.CallerAsync("viewer");
        await using var context = await browser.OpenAsync(server.Url);
        var page = await server.SignInAsync(context, caller.Key);
        await Assertions.Expect(page.Locator("[data-live-state]")).ToHaveTextAsync("Live");

        (await server.Server.Admin.DeleteAsync($"/v1/api-keys/{caller.KeyId}")).Expect(204);

        await page.WaitForURLAsync("**/sign-in");
    }

    private static string Hide(bool isHidden) =>
        $"Object.defineProperty(document, 'hidden', {{ value: {(isHidden ? "true" : "false")}, configurable: true }}); "
        + "document.dispatchEvent(new Event('visibilitychange'))";

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            await server.Db.Users.SaveAsync(9_000 + (i % 10), $"Live {i}", days: 3);
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
