using Nexus.Chats;
using Nexus.Sessions;

namespace Nexus.StoreContract;

/// <summary>Streaming sessions: order, pages and conditions.</summary>
public abstract class SessionListContract : StoreContract
{
    [Fact]
    public async Task Sessions_come_in_key_order_page_by_page()
    {
        string[] chats = ["9", "10", "-100200", "1", "-9", "123456789012345", "2"];
        await ApplyAllAsync([.. chats.Select(chat => Make.Session(chat))]);
        var ordered = chats.Order(StringComparer.Ordinal).ToArray();

        Assert.Equal(ordered, await ChatsAsync(new SessionQuery()));
        Assert.Equal(ordered[..3], await ChatsAsync(new SessionQuery(Limit: 3)));
        Assert.Equal(ordered[3..], await ChatsAsync(new SessionQuery(After: ordered[2])));
        Assert.Equal(ordered[3..5], await ChatsAsync(new SessionQuery(After: ordered[2], Limit: 2)));
        Assert.Empty(await ChatsAsync(new SessionQuery(After: ordered[^1])));
        Assert.Equal(ordered[1..], await ChatsAsync(new SessionQuery(After: "-11"))); // A place between two keys.
    }

    [Fact]
    public async Task Sessions_are_found_by_mode_and_by_strategies_that_are_true()
    {
        await ApplyAllAsync(
            Make.Session("1", """{"mode":"PILOT","strategies":{"RSI":true,"MACD":true}}"""),
            Make.Session("2", """{"mode":"PILOT","strategies":{"RSI":false}}"""),
            Make.Session("3", """{"mode":"COPILOT","strategies":{"RSI":true}}"""),
            Make.Session("4", """{"mode":"pilot"}"""),
            Make.Session("5", "{}"),
            Make.Session("6", """{"mode":null,"strategies":null}"""),
            Make.Session("7", """{"mode":{"a":1},"strategies":["RSI"]}"""),
            Make.Session("8", """{"strategies":{"RSI":"true","MACD":1}}"""),
            Make.Session("9", """{"nested":{"mode":"PILOT","strategies":{"RSI":true}},"mode":5}"""));

        Assert.Equal(["1", "2"], await ChatsAsync(new SessionQuery(Mode: "PILOT")));
        Assert.Equal(["1", "3"], await ChatsAsync(new SessionQuery(Strategy: "RSI")));
        Assert.Equal(["1"], await ChatsAsync(new SessionQuery(Strategy: "MACD")));
        Assert.Equal(["1"], await ChatsAsync(new SessionQuery(Mode: "PILOT", Strategy: "RSI")));
        Assert.Equal(["3"], await ChatsAsync(new SessionQuery(Strategy: "RSI", After: "1", Limit: 5)));
        Assert.Empty(await ChatsAsync(new SessionQuery(Mode: "WATCHER")));
        Assert.Empty(await ChatsAsync(new SessionQuery(Mode: "5")));
        Assert.Empty(await ChatsAsync(new SessionQuery(Strategy: "RS")));
    }

    [Theory]
    [InlineData("a\"b\\c")]
    [InlineData("100% $.x[*] ? 'quoted' -- ;")]
    [InlineData("Ünïcødé 🚀 中文")]
    [InlineData("")]
    public async Task A_strategy_or_mode_with_any_characters_is_found(string name)
    {
        var json = System.Text.Json.JsonSerializer.Serialize(name);
        await ApplyAllAsync(Make.Session("1", "{\"mode\":" + json + ",\"strategies\":{" + json + ":true}}"),
            Make.Session("2", """{"mode":"x","strategies":{"x":true}}"""));

        Assert.Equal(["1"], await ChatsAsync(new SessionQuery(Strategy: name)));
        Assert.Equal(["1"], await ChatsAsync(new SessionQuery(Mode: name)));
    }

    [Fact]
    public async Task A_mode_is_compared_as_a_whole_however_long_it_is()
    {
        var longMode = new string('M', 150);
        await ApplyAllAsync(Make.Session("1", $$"""{"mode":"{{longMode}}"}"""), Make.Session("2", $$"""{"mode":"{{longMode[..100]}}"}"""));

        Assert.Equal(["2"], await ChatsAsync(new SessionQuery(Mode: longMode[..100])));
    }

    [Fact]
    public async Task A_session_is_found_by_what_it_is_after_a_patch()
    {
        await ApplyAsync(Make.Session("1", """{"mode":"PILOT","strategies":{"RSI":true}}"""));
        await ApplyAsync(Make.Patch("1", """{"mode":"WATCHER","strategies":{"RSI":null,"MACD":true}}"""));

        Assert.Empty(await ChatsAsync(new SessionQuery(Mode: "PILOT")));
        Assert.Empty(await ChatsAsync(new SessionQuery(Strategy: "RSI")));
        Assert.Equal(["1"], await ChatsAsync(new SessionQuery(Mode: "WATCHER", Strategy: "MACD")));
    }

    [Fact]
    public async Task A_stream_that_is_left_early_holds_nothing_up()
    {
        await ApplyAllAsync([.. Enumerable.Range(1, 3000).Select(i => Make.Session($"{i}", """{"mode":"PILOT"}"""))]);

        for (var round = 0; round < 30; round++)
        {
            await foreach (var row in Store.ListSessionsAsync(new SessionQuery(), Token))
            {
                Assert.Equal("1", row.ChatId);
                break;
            }
        }

        AssertApplied(2, await ApplyAsync(Make.Session("1")));
        Assert.Equal(3000, (await ToListAsync(Store.ListSessionsAsync(new SessionQuery(), Token))).Count);
    }

    [Fact]
    public async Task Writes_go_on_while_sessions_are_streamed()
    {
        await ApplyAllAsync([.. Enumerable.Range(1000, 2000).Select(i => Make.Session($"{i}"))]);

        var seen = 0;
        await foreach (var row in Store.ListSessionsAsync(new SessionQuery(), Token))
        {
            if (seen++ % 500 == 0) AssertApplied(2, await ApplyAsync(Make.Session(row.ChatId)));
        }

        Assert.Equal(2000, seen);
    }

    private async Task<string[]> ChatsAsync(SessionQuery query) =>
        [.. (await ToListAsync(Store.ListSessionsAsync(query, Token))).Select(row => row.ChatId)];
}
