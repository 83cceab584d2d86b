using Microsoft.Playwright;
using Nexus.Chats;
using Nexus.Dashboard.Tests.Kit;
using Nexus.Json;

namespace Nexus.Dashboard.Tests;

/// <summary>The daily work in a real browser, each task with scripts and without.</summary>
public sealed class TaskTests(Browser browser, DashboardServer server)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_config_is_edited_with_its_changes_shown_and_its_secrets_kept(bool withScripts)
    {
        var chat = await server.NewChatAsync();
        await using var context = await browser.OpenAsync(server.Url, withScripts);
        var page = await server.SignInAsync(context);
        await page.GotoAsync($"/sessions/{chat}");
        Assert.DoesNotContain("plain-secret", await page.ContentAsync(), StringComparison.Ordinal);

        var config = await page.InputValueAsync("textarea[name=config]");
        await page.FillAsync("textarea[name=config]", config.Replace("\"leverage\": 5", "\"leverage\": 7", StringComparison.Ordinal));
        await page.ClickAsync("button[value=preview]");
        Assert.Contains("\"leverage\": 5", await page.InnerTextAsync(".diff .removed"), StringComparison.Ordinal);
        Assert.Contains("\"leverage\": 7", await page.InnerTextAsync(".diff .added"), StringComparison.Ordinal);
        if (withScripts) await Screens.CheckAsync(page, "config-preview");
        await page.ClickAsync("button[value=save]");

        await Assertions.Expect(page.Locator(".notice.ok")).ToHaveTextAsync("Saved.");
        var saved = (await server.Db.Sessions.GetAsync(Id(chat)))!;
        Assert.Equal(7, saved.Config.Root.GetProperty("leverage").GetInt32());
        Assert.Contains("b-plain-secret", saved.Config.Reveal(), StringComparison.Ordinal);
        Assert.Equal("k-plain-secret", saved.ApiKey!.Reveal());
    }

    [Fact]
    public async Task A_change_appears_in_the_history_of_its_record_and_in_the_list_of_all_without_its_secret()
    {
        var chat = await server.NewChatAsync();
        await using var context = await browser.OpenAsync(server.Url, withScripts: false);
        var page = await server.SignInAsync(context);
        await page.GotoAsync($"/sessions/{chat}");
        await page.FillAsync("input[name=secret_api_key]", "a-new-plain-secret");
        await page.ClickAsync($"form[action$='/sessions/{chat}/secrets'] button");

        var section = page.Locator("section[aria-labelledby=history-title]");
        await Assertions.Expect(section).ToContainTextAsync("/apiKey");
        await Assertions.Expect(section).ToContainTextAsync("secret changed");
        await section.Locator("a", new LocatorLocatorOptions { HasText = "All changes" }).ClickAsync();
        Assert.Contains($"/history?table=sessions&key={chat}", page.Url, StringComparison.Ordinal);
        Assert.Equal(1, await page.Locator("tbody tr").CountAsync());
        Assert.Contains("admin", await page.InnerTextAsync("tbody"), StringComparison.Ordinal);
        Assert.DoesNotContain("plain-secret", await page.ContentAsync(), StringComparison.Ordinal);
        await page.SelectOptionAsync("select[name=table]", "users");
        await page.ClickAsync("form[role=search] button");
        Assert.Contains("Nothing matches the filter.", await page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("merge")]
    [InlineData("save")]
    public async Task A_config_that_somebody_changed_meanwhile_is_shown_as_a_conflict(string decision)
    {
        var chat = await server.NewChatAsync();
        await using var context = await browser.OpenAsync(server.Url, withScripts: decision == "merge");
        var page = await server.SignInAsync(context);
        await page.GotoAsync($"/sessions/{chat}");
        await server.Db.Sessions.PatchConfigAsync(Id(chat), StateJson.Parse("""{"leverage":9,"added":"by them"}"""));

        var config = await page.InputValueAsync("textarea[name=config]");
        await page.FillAsync("textarea[name=config]", config.Replace("PILOT", "WATCHER", StringComparison.Ordinal));
        await page.ClickAsync("button[value=save]");

        Assert.Contains("Someone else saved first", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.Contains("by them", await page.InnerTextAsync(".split > div:first-child .added >> nth=-1"), StringComparison.Ordinal);
        Assert.Equal(9, (await server.Db.Sessions.GetAsync(Id(chat)))!.Config.Root.GetProperty("leverage").GetInt32());
        if (decision == "merge") await Screens.CheckAsync(page, "config-conflict");
        await page.ClickAsync($"section.card button[value={decision}] >> nth=0");

        var saved = (await server.Db.Sessions.GetAsync(Id(chat)))!.Config.Root;
        Assert.Equal("WATCHER", saved.GetProperty("mode").GetString());
        Assert.Equal(decision == "merge" ? 9 : 5, saved.GetProperty("leverage").GetInt32());
        Assert.Equal(decision == "merge", saved.TryGetProperty("added", out _));
    }

    [Theory]
    [InlineData("{", "is not JSON: line 1")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{\"a\":1,\"a\":2}", "is not JSON")]
    public async Task A_config_that_is_no_object_is_refused_and_kept_in_the_field(string text, string reason)
    {
        var chat = await server.NewChatAsync();
        using var visitor = new HttpVisitor(server.Url);
        await visitor.SignInAsync(server.Bot.Key!);
        var reply = await visitor.SendAsync(
            $"/sessions/{chat}", $"/sessions/{chat}/config", ("config", text), ("base", "{}"), ("version", "1"), ("step", "save"));
        Assert.Contains(reason, reply.Expect(400).Text, StringComparison.Ordinal);
        Assert.Contains(System.Net.WebUtility.HtmlEncode(text), reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Secrets_are_replaced_and_a_session_is_locked_down(bool withScripts)
    {
        var chat = await server.NewChatAsync();
        await using var context = await browser.OpenAsync(server.Url, withScripts);
        var page = await server.SignInAsync(context);
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.GotoAsync($"/sessions/{chat}");
        await page.FillAsync("input[name=secret_api_key]", "a-new-key");
        await page.ClickAsync("form[action$='/secrets'] button");
        await Assertions.Expect(page.Locator(".notice.ok")).ToHaveTextAsync("The secrets were replaced.");
        var replaced = (await server.Db.Sessions.GetAsync(Id(chat)))!;
        Assert.Equal(("a-new-key", "s-plain-secret"), (replaced.ApiKey!.Reveal(), replaced.ApiSecret!.Reveal()));
        Assert.DoesNotContain("a-new-key", await page.ContentAsync(), StringComparison.Ordinal);

        await page.ClickAsync("form[action$='/lock-down'] button");

        await Assertions.Expect(page.Locator(".notice.ok")).ToHaveTextAsync("The session is locked down.");
        var locked = (await server.Db.Sessions.GetAsync(Id(chat)))!;
        Assert.Null(locked.ApiKey);
        Assert.Equal("WATCHER", locked.Config.Root.GetProperty("mode").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_subscriber_is_added_changed_extended_and_removed(bool withScripts)
    {
        var chat = withScripts ? "880001" : "880002";
        await using var context = await browser.OpenAsync(server.Url, withScripts);
        var page = await server.SignInAsync(context);
        await page.GotoAsync("/subscribers");
        await page.ClickAsync("text=Add subscriber");
        await page.FillAsync("input[name=chat]", chat);
        await page.FillAsync("input[name=name]", "Ada Lovelace");
        await page.FillAsync("input[name=days]", "10");
        await page.ClickAsync("main form.stack button");
        await Assertions.Expect(page.Locator(".notice.ok")).ToHaveTextAsync("The subscriber was added.");

        await page.FillAsync("input[name=timezone]", "Europe/Madrid");
        await page.SelectOptionAsync("select[name=role]", "admin");
        await page.UncheckAsync("input[name=group_CRYPTO]");
        await page.ClickAsync("main form.stack button >> nth=0");
        await Assertions.Expect(page.Locator(".notice.ok")).ToHaveTextAsync("Saved.");
        var user = (await server.Db.Users.GetAsync(Id(chat)))!;
        Assert.Equal(("Ada Lovelace", "Europe/Madrid", Users.UserRole.Admin), (user.Name, user.TimeZone, user.Role));
        Assert.False(user.Groups.Root.GetProperty("CRYPTO").GetBoolean());

        await page.FillAsync("form[action$='/extend'] input[name=days]", "5");
        await page.ClickAsync("form[action$='/extend'] button");
        Assert.Equal(15, ((await server.Db.Users.GetAsync(Id(chat)))!.ExpiresAt!.Value - user.CreatedAt).TotalDays, 0.01);

        await page.FillAsync("form[action$='/remove'] input[name=confirm]", chat);
        await page.ClickAsync("form[action$='/remove'] button");
        await Assertions.Expect(page.Locator(".notice.ok")).ToHaveTextAsync("The subscriber was removed.");
        Assert.Null(await server.Db.Users.GetAsync(Id(chat)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_chat_is_erased_after_a_preview_and_its_receipt_is_shown(bool withScripts)
    {
        var chat = withScripts ? "8800031" : "8800032";
        await server.Db.Users.SaveAsync(Id(chat), "<b>Grace</b>", days: 10);
        await server.Db.Sessions.SaveAsync(new Sessions.Session(Id(chat), "key", "secret", Json.StateJson.Parse("{}")));
        await server.Db.State.SaveAsync("dialogs", chat, Json.StateJson.Parse("1"));
        await using var context = await browser.OpenAsync(server.Url, withScripts);
        var page = await server.SignInAsync(context);
        await page.GotoAsync($"/subscribers/{chat}");
        await page.ClickAsync("text=Erase this chat");
        await Assertions.Expect(page.Locator("#erased")).ToHaveTextAsync("This would be erased");
        await Assertions.Expect(page.Locator("tr", new() { HasTextString = "sessions" }).First).ToContainTextAsync("1");

        await page.FillAsync("input[name=confirm]", "7");
        await page.ClickAsync("button.danger");
        await Assertions.Expect(page.Locator(".notice.bad")).ToContainTextAsync("must repeat the chat id");
        Assert.NotNull(await server.Db.Users.GetAsync(Id(chat)));

        await page.FillAsync("input[name=confirm]", chat);
        await page.ClickAsync("button.danger");
        await Assertions.Expect(page.Locator(".notice.ok")).ToContainTextAsync("The chat was erased.");
        await Assertions.Expect(page.Locator("#erased")).ToHaveTextAsync("Erased");
        await Assertions.Expect(page.Locator("button.danger")).ToHaveCountAsync(0);
        Assert.Null(await server.Db.Users.GetAsync(Id(chat)));
        Assert.Null(await server.Db.Sessions.GetAsync(Id(chat)));
        Assert.Null(await server.Db.State.GetAsync("dialogs", chat));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Switches_are_changed_one_at_a_time(bool withScripts)
    {
        var name = withScripts ? "WITH_SCRIPTS" : "WITHOUT_SCRIPTS";
        await using var context = await browser.OpenAsync(server.Url, withScripts);
        var page = await server.SignInAsync(context, server.Bot.Key);
        await page.GotoAsync("/bot-state");
        await page.FillAsync("form:has(input[value=strategy]) input[name=name]:not([type=hidden])", name);
        await page.ClickAsync("form:has(input[value=strategy]) button:has-text('Add')");
        await Assertions.Expect(page.GetByRole(AriaRole.Switch, new() { Name = name })).ToBeCheckedAsync();
        await page.GetByRole(AriaRole.Switch, new() { Name = name }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Switch, new() { Name = name })).Not.ToBeCheckedAsync();
        await page.FillAsync("form:has(input[value=asset]) input[name=name]:not([type=hidden])", name + "USDT");
        await page.ClickAsync("text=Do not trade");

        await Assertions.Expect(page.Locator(".notice.ok")).ToHaveTextAsync("The switch was changed.");
        var state = await server.Db.BotState.GetAsync();
        Assert.False(state.EnabledStrategies.Root.GetProperty(name).GetBoolean());
        Assert.True(state.EnabledStrategies.Root.GetProperty("TREND").GetBoolean());
        Assert.Contains(name + "USDT", state.DisabledAssets);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_API_key_is_created_shown_once_and_revoked(bool withScripts)
    {
        var name = withScripts ? "robot one" : "robot <b>two</b>";
        await using var context = await browser.OpenAsync(server.Url, withScripts);
        var page = await server.SignInAsync(context);
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.GotoAsync("/api-keys");
        await page.FillAsync("input[name=name]", name);
        await page.CheckAsync("input[name=scope_viewer]");
        await page.ClickAsync("main section.card button");
        var key = await page.InnerTextAsync("code.secret");
        if (withScripts) await Screens.CheckAsync(page, "api-key-created");
        using var caller = new HttpVisitor(server.Url);
        (await caller.SignInAsync(key)).Expect(303);

        await page.GotoAsync("/api-keys");
        Assert.DoesNotContain(key, await page.ContentAsync(), StringComparison.Ordinal);
        await page.ClickAsync($"tr:has-text('{name}') button");

        await Assertions.Expect(page.Locator(".notice.ok")).ToHaveTextAsync("The API key was revoked.");
        (await caller.GetAsync("/")).Expect(302);
    }

    private static ChatId Id(string chat) => ChatId.Parse(chat);
}
