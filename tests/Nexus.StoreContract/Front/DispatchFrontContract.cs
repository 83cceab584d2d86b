using Nexus.BotState;
using Nexus.Chats;
using Nexus.Dispatch;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Stores;
using Nexus.TestKit;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.StoreContract.Front;

/// <summary>Who may get a signal: each rule, and changes while a signal is on its way.</summary>
public abstract class DispatchFrontContract : FrontContract
{
    private const string Config = """
        {"mode":"PILOT","strategies":{"on":true,"off":false},"groups":{"CRYPTO":true,"STOCKS":false},"disabled_assets":["DOGE"]}
        """;

    /// <summary>The bot has the strategy and both groups on, and no asset disabled.</summary>
    private async Task SwitchOnAsync() => await Db.BotState.PatchAsync(
        new BotSwitchesPatch
        {
            EnabledStrategies = StateJson.Parse("""{"on":true,"off":true,"rare":true}"""),
            GroupConfig = StateJson.Parse("""{"CRYPTO":true,"STOCKS":{"max":3},"ETFS":{"enabled":false},"FOREX":false}"""),
            DisabledAssets = ["LUNA"],
        },
        cancellationToken: Token);

    private async Task SubscribeAsync(ChatId chat, string config = Config)
    {
        await Db.Sessions.SaveAsync(Session(chat, config), cancellationToken: Token);
        await Db.Users.SaveAsync(chat, "n", days: 30, cancellationToken: Token);
    }

    private async Task<string[]> ChatsAsync(Signal signal) =>
        [.. (await Db.DispatchAsync(signal, Token)).Select(recipient => recipient.ChatId.Value)];

    [Fact]
    public async Task Each_condition_decides_with_and_without_the_index()
    {
        await ReopenAsync(options => options.Owners.Add(90));
        await SwitchOnAsync();
        var now = await Db.GetTimeAsync(Token);
        await SubscribeAsync(1);
        await SubscribeAsync(2, Config.Replace("PILOT", "WATCHER", StringComparison.Ordinal));
        await SubscribeAsync(3, """{"strategies":{"on":true}}""");
        await Db.Sessions.SaveAsync(Session(4, Config), cancellationToken: Token);
        await SubscribeAsync(5);
        await Db.Users.SaveAsync(5, new UserChange { ExpiresAt = now.AddSeconds(-1) }, cancellationToken: Token);
        await SubscribeAsync(6);
        await Db.Users.SaveAsync(6, new UserChange { ExpiresAt = now.AddSeconds(-1), Role = UserRole.Admin }, cancellationToken: Token);
        await SubscribeAsync(7, """{"mode":"PILOT","strategies":["on"],"groups":true}""");
        await Db.Users.SaveAsync(8, "without a session", days: 1, cancellationToken: Token);
        await Db.Sessions.SaveAsync(Session(90, Config), cancellationToken: Token);

        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(["1", "2", "3", "6", "90"], await ChatsAsync(new Signal("on")));
            Assert.Equal(["1", "2", "6", "90"], await ChatsAsync(new Signal("on") { Group = "CRYPTO" }));
            Assert.Equal(["3"], await ChatsAsync(new Signal("on") { Symbol = "DOGE" }));
            Assert.Equal(["2"], await ChatsAsync(new Signal("on") { Modes = ["WATCHER", "none"] }));
            Assert.Equal(["1", "6", "90"], await ChatsAsync(new Signal("on") { Group = "CRYPTO", Symbol = "BTC", Modes = ["PILOT"] }));
            Assert.Empty(await ChatsAsync(new Signal("off")));
            Assert.Empty(await ChatsAsync(new Signal("ON")));
            Assert.Empty(await ChatsAsync(new Signal("on") { Group = "STOCKS" }));
            Assert.Empty(await ChatsAsync(new Signal("on") { Group = "FOREX" }));
            Assert.Empty(await ChatsAsync(new Signal("on") { Group = "ETFS" }));
            Assert.Empty(await ChatsAsync(new Signal("on") { Symbol = "LUNA" }));
            Assert.Equal([("3", null), ("6", "PILOT")], (await Db.DispatchAsync(new Signal("on"), Token))
                .Where(recipient => recipient.ChatId.Value is "3" or "6").Select(recipient => (recipient.ChatId.Value, recipient.Mode)));
            await Db.WarmAsync(Token);
        }
        Assert.Equal(8, Db.Sessions.DispatchIndex.Sessions);
    }

    [Fact]
    public async Task Who_wrote_sees_it_in_the_next_signal()
    {
        await SwitchOnAsync();
        await SubscribeAsync(1);
        await Db.WarmAsync(Token);
        var signal = new Signal("on") { Symbol = "BTC" };

        for (var round = 0; round < 20; round++)
        {
            await Db.Users.DeleteAsync(1, cancellationToken: Token);
            Assert.Empty(await ChatsAsync(signal));
            await Db.Users.SaveAsync(1, "n", days: 1, cancellationToken: Token);
            Assert.Equal(["1"], await ChatsAsync(signal));
            await Db.Sessions.PatchConfigAsync(1, StateJson.Parse("""{"disabled_assets":["BTC"]}"""), cancellationToken: Token);
            Assert.Empty(await ChatsAsync(signal));
            await Db.Sessions.PatchConfigAsync(1, StateJson.Parse("""{"disabled_assets":null,"mode":"COPILOT"}"""), cancellationToken: Token);
            Assert.Equal("COPILOT", Assert.Single(await Db.DispatchAsync(signal, Token)).Mode);
            await Db.BotState.SetStrategyAsync("on", enabled: false, Token);
            Assert.Empty(await ChatsAsync(signal));
            await Db.BotState.SetStrategyAsync("on", enabled: true, Token);
            await Db.Sessions.DeleteAsync(1, cancellationToken: Token);
            Assert.Empty(await ChatsAsync(signal));
            await SubscribeAsync(100 + round);
            Assert.Equal([$"{100 + round}"], await ChatsAsync(signal));
            await Db.Sessions.DeleteAsync(100 + round, cancellationToken: Token);
            await SubscribeAsync(1);
        }
        // Writes never build it again. It is built once more for each listener that drops what it had read before it was heard for 3 s.
        Assert.InRange(Db.Sessions.DispatchIndex.Builds, 1, 1 + Db.Shards);
    }

    [Fact]
    public async Task A_subscription_ends_on_time_in_the_index()
    {
        await SwitchOnAsync();
        var end = (await Db.GetTimeAsync(Token)).AddSeconds(2);
        await SubscribeAsync(1);
        await Db.Users.SaveAsync(1, new UserChange { ExpiresAt = end }, cancellationToken: Token);
        await SubscribeAsync(2);
        await Db.WarmAsync(Token);

        await Eventually.TrueAsync(async () =>
        {
            var before = await Db.GetTimeAsync(Token);
            var chats = await ChatsAsync(new Signal("on"));
            var after = await Db.GetTimeAsync(Token);
            if (chats.Contains("1")) Assert.True(before < end);
            // It is read from the index by the monotonic clock, which may be ahead by the time of the read.
            else Assert.True(after.AddSeconds(0.5) >= end);
            return chats is ["2"];
        });
        // Writes never build it again. It is built once more for each listener that drops what it had read before it was heard for 3 s.
        Assert.InRange(Db.Sessions.DispatchIndex.Builds, 1, 1 + Db.Shards);
    }

    [Fact]
    public async Task A_change_while_a_signal_is_on_its_way_counts_for_the_chats_that_follow()
    {
        await SwitchOnAsync();
        for (var chat = 1; chat <= 20; chat++) await SubscribeAsync(chat);
        await Db.WarmAsync(Token);
        List<string> seen = [];

        await foreach (var recipient in Db.Sessions.DispatchAsync(new Signal("on"), Token))
        {
            seen.Add(recipient.ChatId.Value);
            if (seen.Count != 5) continue;
            // Of those that follow only the last may get it still, and that one is changed as well.
            foreach (var chat in Enumerable.Range(1, 20).Where(chat => !seen.Contains($"{chat}")).SkipLast(1))
                await Db.Users.DeleteAsync(chat, cancellationToken: Token);
            await Db.Sessions.PatchConfigAsync(20, StateJson.Parse("""{"x":1}"""), cancellationToken: Token);
            await SubscribeAsync(21);
        }

        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(["20", "21"], seen[5..].Order(StringComparer.Ordinal));

        seen.Clear();
        await foreach (var recipient in Db.Sessions.DispatchAsync(new Signal("on"), Token))
        {
            seen.Add(recipient.ChatId.Value);
            if (seen.Count == 2) await Db.BotState.SetStrategyAsync("on", enabled: false, Token);
        }
        Assert.Equal(2, seen.Count);
    }

    [Fact]
    public async Task A_signal_whose_index_is_lost_goes_on_with_the_store()
    {
        await SwitchOnAsync();
        for (var chat = 1; chat <= 30; chat++) await SubscribeAsync(chat);
        await Db.WarmAsync(Token);
        // Changed, so that the index cannot tell.
        await Db.Sessions.PatchConfigAsync(7, StateJson.Parse("""{"x":1}"""), cancellationToken: Token);

        foreach (var at in (int[])[1, 7, 29])
        {
            await Db.WarmAsync(Token);
            List<string> seen = [];
            await foreach (var recipient in Db.Sessions.DispatchAsync(new Signal("on"), Token))
            {
                seen.Add(recipient.ChatId.Value);
                // As after a time in which notices were missed.
                if (seen.Count == at) Db.Store.Changes.Publish(RecordTables.Everything);
            }
            Assert.Equal(Enumerable.Range(1, 30).Select(chat => $"{chat}").Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        }
        await Db.WarmAsync(Token);
        Assert.True(Db.Sessions.DispatchIndex.Builds > 1);
    }

    [Fact]
    public async Task A_config_of_thousands_of_names_is_selected_all_the_same_and_costs_little()
    {
        await SwitchOnAsync();
        var names = string.Join(',', Enumerable.Range(0, 8000).Select(i => $"\"s{i}\":true"));
        var assets = string.Join(',', Enumerable.Range(0, 8000).Select(i => $"\"A{i}\""));
        for (var chat = 1; chat <= 20; chat++) await SubscribeAsync(chat);
        await SubscribeAsync(50, $$"""{"mode":"PILOT","strategies":{{{names}},"on":true},"disabled_assets":["DOGE"]}""");
        await SubscribeAsync(51, $$"""{"mode":"COPILOT","strategies":{"on":true},"disabled_assets":[{{assets}}]}""");
        await Db.WarmAsync(Token);

        Assert.Equal(22, (await ChatsAsync(new Signal("on"))).Length);
        Assert.Equal(["51"], await ChatsAsync(new Signal("on") { Symbol = "DOGE" }));
        Assert.DoesNotContain("51", await ChatsAsync(new Signal("on") { Symbol = "A7999" }));
        Assert.Equal(["51"], await ChatsAsync(new Signal("on") { Modes = ["COPILOT"] }));
        Assert.True(Db.Sessions.DispatchIndex.SizeBytes < 100_000, $"{Db.Sessions.DispatchIndex.SizeBytes}");

        await Db.Sessions.PatchConfigAsync(51, StateJson.Parse("""{"disabled_assets":["DOGE"]}"""), cancellationToken: Token);
        Assert.Empty(await ChatsAsync(new Signal("on") { Symbol = "DOGE" }));
        await Db.Sessions.PatchConfigAsync(1, StateJson.Parse($$"""{"disabled_assets":[{{assets}}]}"""), cancellationToken: Token);
        Assert.Contains("1", await ChatsAsync(new Signal("on") { Symbol = "DOGE" }));
        Assert.DoesNotContain("1", await ChatsAsync(new Signal("on") { Symbol = "A5" }));
    }

    [Fact]
    public async Task Without_the_index_the_store_selects()
    {
        await ReopenAsync(options => options.DispatchIndex = false);
        await SwitchOnAsync();
        await SubscribeAsync(1);

        for (var time = 0; time < 3; time++) Assert.Equal(["1"], await ChatsAsync(new Signal("on") { Group = "CRYPTO" }));
        Assert.Equal(default, Db.Sessions.DispatchIndex);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("\U0001F680")]
    [InlineData("\u00f1")]
    public async Task A_strategy_of_a_trade_may_be_that_of_a_signal_however_long_its_name_is(string character)
    {
        var name = string.Concat(Enumerable.Repeat(character, 256));
        await Db.BotState.SetStrategyAsync(name, enabled: true, Token);
        await Db.BotState.SetGroupAsync(name, enabled: true, Token);
        await SubscribeAsync(1, $$$"""{"mode":"PILOT","strategies":{"{{{name}}}":true},"groups":{"{{{name}}}":true}}""");
        await Db.Trades.OpenAsync(
            new Trade { ChatId = 1, Symbol = "BTC", Side = TradeSide.Long, EntryPrice = 1, Quantity = 1, Strategy = name }, Token);

        for (var time = 0; time < 3; time++) Assert.Equal(["1"], await ChatsAsync(new Signal(name) { Group = name }));
        Assert.Single(await ToListAsync(Db.Sessions.ListAsync(strategy: name, cancellationToken: Token)));
        Assert.Single(await ToListAsync(Db.Trades.ListAsync(new TradeFilter { Strategy = name }, Token)));
        var tooLong = name + character;
        var refusals = new Func<Task>[]
        {
            () => ChatsAsync(new Signal(tooLong)), () => Db.BotState.SetStrategyAsync(tooLong, enabled: true, Token),
            () => ToListAsync(Db.Sessions.ListAsync(strategy: tooLong, cancellationToken: Token)),
            () => ToListAsync(Db.Trades.ListAsync(new TradeFilter { Strategy = tooLong }, Token)),
        };
        foreach (var refused in refusals) Assert.Contains("256", (await Assert.ThrowsAsync<NexusValidationException>(refused)).Message);
    }

    [Fact]
    public async Task Names_of_a_signal_are_checked()
    {
        await AssertRefusedAsync("strategy", new Signal(""));
        await AssertRefusedAsync("strategy", new Signal(null!));
        await AssertRefusedAsync("strategy", new Signal(new string('x', 257)));
        await AssertRefusedAsync("group", new Signal("on") { Group = new string('x', 257) });
        await AssertRefusedAsync("symbol", new Signal("on") { Symbol = "a\0" });
        await AssertRefusedAsync("modes", new Signal("on") { Modes = [] });
        await AssertRefusedAsync("modes", new Signal("on") { Modes = [.. Enumerable.Repeat("m", 33)] });
        await AssertRefusedAsync("modes[1]", new Signal("on") { Modes = ["m", ""] });

        async Task AssertRefusedAsync(string field, Signal signal) =>
            Assert.Equal(field, (await Assert.ThrowsAsync<NexusValidationException>(() => ChatsAsync(signal))).Field);
    }

    [Fact]
    public async Task While_chats_change_a_signal_reaches_each_of_the_others_once()
    {
        await SwitchOnAsync();
        for (var chat = 1; chat <= 40; chat++) await SubscribeAsync(chat);
        await Db.WarmAsync(Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var toggling = Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var chat = 21 + (writer * 5) + (i % 5);
                if (i % 3 == 0) await Db.Users.DeleteAsync(chat, cancellationToken: Token);
                else if (i % 3 == 1) await SubscribeAsync(chat);
                else await Db.Sessions.PatchConfigAsync(chat, StateJson.Parse($$"""{"mode":"M{{i}}"}"""), cancellationToken: Token);
            }
        })));

        for (var round = 0; round < 100; round++)
        {
            var chats = await ChatsAsync(new Signal("on"));
            Assert.Equal(chats.Distinct(), chats);
            Assert.Equal(20, chats.Count(chat => int.Parse(chat) <= 20));
        }
        await stop.CancelAsync();
        await toggling;

        Assert.Equal(await Db.WalkAsync(new Signal("on"), Token), await Db.DispatchAsync(new Signal("on"), Token));
    }
}
