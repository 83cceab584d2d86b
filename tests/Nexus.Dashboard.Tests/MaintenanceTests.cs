using Microsoft.Playwright;
using Nexus.Dashboard.Tests.Kit;
using Nexus.TestKit;

namespace Nexus.Dashboard.Tests;

/// <summary>The maintenance page, the backup on the overview, and the groups of a new subscriber.</summary>
public sealed class MaintenanceTests(Browser browser, DashboardServer server)
{
    [Fact]
    public async Task A_job_is_run_now_and_its_result_is_in_the_history()
    {
        await using var context = await browser.OpenAsync(server.Url, withScripts: false);
        var page = await server.SignInAsync(context);
        await page.GotoAsync("/maintenance");
        await page.ClickAsync("form[action$='/maintenance/optimize/run'] button");
        await Assertions.Expect(page.Locator(".notice.ok")).ToHaveTextAsync("The job was started.");

        await Eventually.TrueAsync(async () =>
        {
            await page.GotoAsync("/maintenance");
            return (await page.InnerTextAsync("section[aria-labelledby=history-title]")).Contains("optimize", StringComparison.Ordinal);
        });
        await Screens.CheckAsync(page, "maintenance-history");
    }

    [Fact]
    public async Task Only_an_administrator_runs_a_job()
    {
        using var visitor = new HttpVisitor(server.Url);
        await visitor.SignInAsync(server.Viewer.Key!);
        var reply = await visitor.SendAsync("/maintenance", "/maintenance/optimize/run");
        reply.Expect(403);
        using var admin = new HttpVisitor(server.Url);
        await admin.SignInAsync(server.Server.AdminKey);
        (await admin.SendAsync("/maintenance", "/maintenance/nothing/run")).Expect(404);
    }

    [Fact]
    public async Task A_new_subscriber_gets_the_groups_that_were_chosen()
    {
        var chat = Random.Shared.NextInt64(7_000_000, 7_999_999);
        await using var context = await browser.OpenAsync(server.Url, withScripts: false);
        var page = await server.SignInAsync(context);
        await page.GotoAsync("/new-subscriber");
        Assert.True(await page.IsCheckedAsync("input[name=group_CRYPTO]"));
        await page.FillAsync("input[name=chat]", $"{chat}");
        await page.UncheckAsync("input[name=group_STOCKS]");
        await page.ClickAsync("section[aria-labelledby=edit-title] button[type=submit]");
        await page.WaitForURLAsync($"{server.Url}/subscribers/{chat}?done=added");

        var groups = (await server.Db.Users.GetAsync(chat))!.Groups.Root;
        Assert.True(groups.GetProperty("CRYPTO").GetBoolean());
        Assert.False(groups.GetProperty("STOCKS").GetBoolean());
    }
}
