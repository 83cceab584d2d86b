using Microsoft.Playwright;
using Nexus.Dashboard.Tests.Kit;
using Nexus.Json;

namespace Nexus.Dashboard.Tests;

/// <summary>Every page in a real browser: axe finds nothing in both themes at both widths, nothing overflows, markup in the state is text.</summary>
public sealed class PageTests(Browser browser, DashboardServer server)
{
    private static readonly (string Name, string Path)[] Pages =
    [
        ("overview", "/"),
        ("sessions", "/sessions"),
        ("sessions-filtered", "/sessions?mode=PILOT&strategy=SCALP"),
        ("sessions-none", "/sessions?q=nobody"),
        ("session", "/sessions/1001"),
        ("subscribers", "/subscribers"),
        ("subscribers-ending", "/subscribers?ending=7"),
        ("subscriber", "/subscribers/1001"),
        ("subscriber-new", "/new-subscriber"),
        ("subscriber-forget", "/subscribers/1001/forget"),
        ("bot-state", "/bot-state"),
        ("trades", "/trades"),
        ("trades-open", "/trades?status=OPEN"),
        ("performance", "/trades/performance"),
        ("tasks", "/tasks"),
        ("tasks-failed", "/tasks?state=failed"),
        ("tasks-none", "/tasks?chat=1"),
        ("task", $"/tasks/{DashboardServer.TaskId}"),
        ("outbox-without", "/outbox"),
        ("alerts", "/alerts"),
        ("queries-without", "/queries"),
        ("database-without", "/database"),
        ("history", "/history"),
        ("history-none", "/history?author=nobody"),
        ("api-keys", "/api-keys"),
        ("maintenance", "/maintenance"),
        ("not-found", "/sessions/999999"),
        ("bad-filter", "/trades?from=yesterday"),
    ];

    [Theory]
    [InlineData("light", false)]
    [InlineData("dark", false)]
    [InlineData("light", true)]
    [InlineData("dark", true)]
    public async Task Axe_finds_nothing_on_any_page(string theme, bool isPhone)
    {
        await using var context = await browser.OpenAsync(server.Url, isPhone: isPhone, theme: theme);
        var page = await context.NewPageAsync();
        var errors = Screens.Errors(page);
        await page.GotoAsync("/sign-in");
        await Screens.CheckAsync(page, $"sign-in-{Width(isPhone)}-{theme}");
        await page.FillAsync("input[name=secret_key]", server.Server.AdminKey);
        await page.PressAsync("input[name=secret_key]", "Enter");
        await page.WaitForURLAsync($"{server.Url}/");
        foreach (var (name, path) in Pages)
        {
            await page.GotoAsync(path);
            await Screens.CheckAsync(page, $"{name}-{Width(isPhone)}-{theme}");
            Assert.DoesNotContain("owned", await page.TitleAsync(), StringComparison.Ordinal);
            Assert.Empty(errors);
        }
    }

    [Fact]
    public async Task Markup_in_the_state_is_text_on_every_page()
    {
        await using var context = await browser.OpenAsync(server.Url);
        var page = await server.SignInAsync(context);
        foreach (var path in new[] { "/sessions", "/sessions/1001", "/subscribers", "/subscribers/1001", "/trades", "/trades/performance", "/history",
            "/tasks", $"/tasks/{DashboardServer.TaskId}" })
        {
            await page.GotoAsync(path);
            Assert.Contains("<img src=x", await page.InnerTextAsync("main") + await page.InputValuesAsync(), StringComparison.Ordinal);
            Assert.Equal(0, await page.Locator("main img[src=x], main script").CountAsync());
            Assert.DoesNotContain("owned", await page.TitleAsync(), StringComparison.Ordinal);
            Assert.DoesNotContain(DashboardServer.TaskSecret, await page.InnerTextAsync("main"), StringComparison.Ordinal);
        }
        await page.GotoAsync("/bot-state");
        Assert.Contains("<b>bold</b>", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.Contains("<i>X</i>", await page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_longest_texts_that_a_subscriber_can_set_make_no_page_wider_than_the_screen(bool isPhone)
    {
        var chat = await server.NewChatAsync();
        var longest = new string('W', 256);
        await server.Db.Users.SaveAsync(long.Parse(chat), longest, days: 3);
        await server.Db.Sessions.PatchConfigAsync(long.Parse(chat), StateJson.Parse($$"""{"mode":"{{longest}}","{{longest}}":"{{longest}}"}"""));
        await using var context = await browser.OpenAsync(server.Url, isPhone: isPhone);
        var page = await server.SignInAsync(context);
        foreach (var path in (string[])[$"/sessions/{chat}", $"/subscribers/{chat}", $"/subscribers/{chat}/forget", $"/sessions?q={chat}",
            $"/subscribers?q={chat}", $"/sessions?mode={longest}", $"/history?author={longest}"])
        {
            await page.GotoAsync(path);
            await Screens.CheckAsync(page, $"longest-{path.Split('/', '?')[1]}-{Width(isPhone)}");
        }
    }

    [Fact]
    public async Task The_theme_and_the_language_are_the_reader_s_choice_also_without_scripts()
    {
        await using var context = await browser.OpenAsync(server.Url, withScripts: false, theme: "light");
        var page = await server.SignInAsync(context);
        var light = await BackgroundAsync(page);

        await page.ClickAsync(".account summary");
        await page.SelectOptionAsync("select[name=theme]", "dark");
        await page.SelectOptionAsync("select[name=language]", "es");
        await page.ClickAsync(".preferences button");

        Assert.Equal("es", await page.GetAttributeAsync("html", "lang"));
        Assert.Equal("dark", await page.GetAttributeAsync("html", "data-theme"));
        Assert.NotEqual(light, await BackgroundAsync(page));
        Assert.Equal("Resumen", await page.InnerTextAsync("h1"));
        Assert.Contains("−", Nexus.Server.Dashboard.Texts.Spanish.Formats.Signed(-1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_browser_s_language_and_theme_apply_until_one_is_chosen()
    {
        await using var context = await browser.OpenAsync(server.Url, theme: "dark", language: "es");
        var page = await server.SignInAsync(context);
        Assert.Equal("es", await page.GetAttributeAsync("html", "lang"));
        Assert.Equal("rgb(14, 19, 25)", await BackgroundAsync(page));
        foreach (var (_, path) in Pages) Assert.True((await page.GotoAsync(path))!.Status is 200 or 400 or 404, path);
    }

    [Fact]
    public async Task The_keyboard_reaches_the_content_first_and_then_everything_else()
    {
        await using var context = await browser.OpenAsync(server.Url);
        var page = await server.SignInAsync(context);
        await page.GotoAsync("/sessions");

        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("skip", await page.EvaluateAsync<string>("document.activeElement.className"));
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");

        Assert.True(await page.EvaluateAsync<bool>("document.getElementById('main').contains(document.activeElement)"));
    }

    [Fact]
    public async Task The_state_of_a_list_is_in_its_address_and_pages_follow_by_key()
    {
        await using var context = await browser.OpenAsync(server.Url, withScripts: false);
        var page = await server.SignInAsync(context);
        await page.GotoAsync("/sessions");
        await page.FillAsync("input[name=mode]", "WATCHER");
        await page.ClickAsync(".filters button");
        Assert.Contains("mode=WATCHER", page.Url, StringComparison.Ordinal);
        Assert.All(await page.Locator("tbody td:nth-child(3)").AllInnerTextsAsync(), mode => Assert.Equal("WATCHER", mode.Trim()));

        await page.GotoAsync("/sessions");
        var first = await page.Locator("tbody th").AllInnerTextsAsync();
        await page.ClickAsync("a[rel=next]");
        var second = await page.Locator("tbody th").AllInnerTextsAsync();

        Assert.Equal(50, first.Count);
        Assert.NotEmpty(second);
        Assert.Empty(first.Intersect(second));
    }

    [Theory]
    [InlineData("/sessions?q=101", "1010", "1019")]
    [InlineData("/sessions?q=subscriber%202", "1002", "1029")]
    [InlineData("/subscribers?q=101", "1010", "1019")]
    [InlineData("/subscribers?q=SUBSCRIBER%202", "1002", "1029")]
    public async Task A_search_finds_by_the_beginning_of_chat_and_name(string path, string first, string last)
    {
        using var visitor = new HttpVisitor(server.Url);
        await visitor.SignInAsync(server.Viewer.Key!);
        var text = (await visitor.GetAsync(path)).Expect(200).Text;
        Assert.Contains($">{first}<", text, StringComparison.Ordinal);
        Assert.Contains($">{last}<", text, StringComparison.Ordinal);
        Assert.DoesNotContain(">1035<", text, StringComparison.Ordinal);
    }

    private static Task<string> BackgroundAsync(IPage page) =>
        page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");

    private static string Width(bool isPhone) => isPhone ? "phone" : "desk";
}

internal static class PageReading
{
    /// <summary>What the fields of a page hold.</summary>
    public static Task<string> InputValuesAsync(this IPage page) =>
        page.EvaluateAsync<string>("[...document.querySelectorAll('input, textarea')].map(field => field.value).join('\\n')");
}
