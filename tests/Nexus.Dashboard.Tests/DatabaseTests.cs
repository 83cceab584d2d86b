using Microsoft.Playwright;
using Nexus.Dashboard.Tests.Kit;
using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Dashboard.Tests;

/// <summary>The pages over PostgreSQL: figures of the database, with hostile names in it.</summary>
public sealed class DatabaseTests(Browser browser)
{
    private const string Role = "<svg onload=document.title='owned'>";

    [Fact]
    public async Task Tables_indexes_and_locks_are_shown_and_hostile_names_are_text()
    {
        var home = await PostgresHome.CreateAsync();
        const string Name = "<script>document.title='owned'</script>";
        await home.Database.ExecuteAsync($"""CREATE TABLE public."{Name}" (id int PRIMARY KEY); CREATE INDEX "<b>i</b>" ON public."{Name}" (id)""");
        await home.Database.ExecuteAsync("CREATE TABLE public.\"gnp\u202e\u200b\" (id int)");
        await home.Database.ExecuteAsync($"""CREATE ROLE "{Role}" LOGIN SUPERUSER""");
        await using var server = await RunningServer.StartAsync(home);
        await server.Db.Users.SaveAsync(1, "Ada", days: 3);
        await using var holder = await OpenAsync(home, "holder", Role);
        await using var waiter = await OpenAsync(home, "<img src=x onerror=document.title='owned'>", Role);
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var locking = new NpgsqlCommand($"""LOCK TABLE public."{Name}" """, holder)) await locking.ExecuteNonQueryAsync();
        await using var waiting = new NpgsqlCommand($"""SELECT count(*) FROM public."{Name}" """, waiter);
        var blocked = waiting.ExecuteScalarAsync();
        await using var context = await browser.OpenAsync(server.Url);
        var page = await context.NewPageAsync();
        var errors = Screens.Errors(page);
        await page.GotoAsync("/sign-in");
        await page.FillAsync("input[name=secret_key]", server.AdminKey);
        await page.ClickAsync(".sign-in button[type=submit]");
        await page.WaitForURLAsync($"{server.Url}/");
        try
        {
            await CheckAsync(page, Name);
            Assert.Empty(errors);
        }
        finally
        {
            await transaction.RollbackAsync();
            await blocked;
        }
    }

    private static async Task CheckAsync(IPage page, string table)
    {
        var text = "";
        for (var i = 0; i < 20 && !text.Contains("<img src=x", StringComparison.Ordinal); i++)
        {
            await page.GotoAsync("/database");
            text = await page.InnerTextAsync("main");
        }
        Assert.True(text.Contains("<img src=x", StringComparison.Ordinal), text);
        Assert.Contains(table, text, StringComparison.Ordinal);
        Assert.Contains("<b>i</b>", text, StringComparison.Ordinal);
        // A name that turns the direction of writing or hides something shows it.
        Assert.Contains("public.gnp\\u{202E}\\u{200B}", text, StringComparison.Ordinal);
        // The role that waits, and the one that it waits for. Others may wait as well, an automatic vacuum for example.
        var row = await page.Locator("tr", new PageLocatorOptions { HasText = "<img src=x" }).InnerTextAsync();
        Assert.Equal(2, row.Split(Role).Length - 1);
        Assert.Contains("sessions_mode_idx", text, StringComparison.Ordinal);
        Assert.DoesNotContain("owned", await page.TitleAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator("main script, main img, main svg[onload]").CountAsync());
        await Screens.CheckAsync(page, "database");
    }

    private static async Task<NpgsqlConnection> OpenAsync(PostgresHome home, string application, string role)
    {
        var settings = new NpgsqlConnectionStringBuilder(home.Database.ConnectionString) { ApplicationName = application, Username = role };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    [Fact]
    public async Task The_audit_runs_on_demand_and_says_why_it_cannot()
    {
        await using var server = await RunningServer.StartAsync(await PostgresHome.CreateAsync());
        using var visitor = new HttpVisitor(server.Url);
        (await visitor.SignInAsync(server.AdminKey)).Expect(303);

        (await visitor.SendAsync("/database", "/database/audit")).Expect(303);

        // The role of the tests is a superuser, which the audit refuses.
        var text = "";
        await Eventually.TrueAsync(
            async () => !(text = (await visitor.GetAsync("/database")).Text).Contains("The audit is running", StringComparison.Ordinal));
        Assert.True(text.Contains("controls the whole server", StringComparison.Ordinal), text[text.IndexOf("<main", StringComparison.Ordinal)..]);
        // Nothing that only a program could set.
        Assert.DoesNotContain("AllowSuperuser", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ConnectionString", text, StringComparison.Ordinal);
    }
}
