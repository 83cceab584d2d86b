using Nexus.BotState;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.StoreContract.Front;

/// <summary>The bot's switches and its settings by key, through the front door.</summary>
public abstract class SwitchesFrontContract : FrontContract
{
    [Fact]
    public async Task The_switches_begin_with_their_defaults()
    {
        var state = await Db.BotState.GetAsync(Token);

        Assert.Equal(("{}", "{}", true, 0L), (state.EnabledStrategies.Reveal(), state.GroupConfig.Reveal(), state.AiFilterEnabled, state.Version));
        Assert.Empty(state.DisabledAssets);
    }

    [Fact]
    public async Task Each_toggle_changes_its_switch_alone()
    {
        await Db.BotState.SaveAsync(
            new BotSwitches
            {
                EnabledStrategies = StateJson.Parse("""{"RSI":true}"""),
                GroupConfig = StateJson.Parse("""{"CRYPTO":{"max":3}}"""),
                DisabledAssets = ["BTC", "BTC", "ETH"],
                AiFilterEnabled = false
            },
            expectedVersion: 0, Token);
        await Db.BotState.SetStrategyAsync("MACD", true, Token);
        await Db.BotState.SetStrategyAsync("RSI", false, Token);
        await Db.BotState.SetGroupAsync("ETFS", true, Token);
        await Db.BotState.DisableAssetAsync("SOL", Token);
        await Db.BotState.EnableAssetAsync("BTC", Token);
        await Db.BotState.SetAiFilterAsync(true, Token);

        var state = await Db.BotState.GetAsync(Token);
        AssertJson("""{"RSI":false,"MACD":true}""", state.EnabledStrategies.Reveal());
        AssertJson("""{"CRYPTO":{"max":3},"ETFS":true}""", state.GroupConfig.Reveal());
        Assert.Equal(["ETH", "SOL"], state.DisabledAssets);
        Assert.Equal((true, 7L), (state.AiFilterEnabled, state.Version));
    }

    [Fact]
    public async Task A_patch_leaves_what_it_does_not_name()
    {
        await Db.BotState.PatchAsync(new BotSwitchesPatch
        {
            EnabledStrategies = StateJson.Parse("""{"RSI":true,"MACD":true}"""),
            DisabledAssets = ["BTC"]
        }, cancellationToken: Token);
        await Db.BotState.PatchAsync(new BotSwitchesPatch { EnabledStrategies = StateJson.Parse("""{"RSI":null}"""), AiFilterEnabled = false },
            expectedVersion: 1, Token);
        await Db.BotState.PatchAsync(new BotSwitchesPatch { GroupConfig = StateJson.Parse("""{"CRYPTO":true}""") }, cancellationToken: Token);

        var state = await Db.BotState.GetAsync(Token);
        AssertJson("""{"MACD":true}""", state.EnabledStrategies.Reveal());
        AssertJson("""{"CRYPTO":true}""", state.GroupConfig.Reveal());
        Assert.Equal(["BTC"], state.DisabledAssets);
        Assert.False(state.AiFilterEnabled);
        var conflict = await Assert.ThrowsAsync<NexusConflictException>(() => Db.BotState.SaveAsync(new BotSwitches(), expectedVersion: 1, Token));
        Assert.Equal((1L, 3L), (conflict.ExpectedVersion, conflict.ActualVersion));
    }

    [Fact]
    public async Task Toggles_of_many_callers_are_all_there()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).SelectMany(i =>
            new Task[] { Db.BotState.SetStrategyAsync($"S{i}", i % 2 == 0, Token), Db.BotState.DisableAssetAsync($"A{i}", Token) }));

        var state = await Db.BotState.GetAsync(Token);
        AssertJson("{" + string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"S{i}\":{(i % 2 == 0 ? "true" : "false")}")) + "}",
            state.EnabledStrategies.Reveal());
        Assert.Equal(200, state.DisabledAssets.Count);
    }

    [Fact]
    public async Task A_setting_is_set_read_listed_and_removed()
    {
        Assert.Null(await Db.SystemConfig.GetAsync("risk", Token));
        await Db.SystemConfig.SaveAsync("risk", StateJson.Parse("""{"max":0.25}"""), "ana", cancellationToken: Token);
        await Db.SystemConfig.SaveAsync("risk", StateJson.Parse("[1,2]"), expectedVersion: 1, cancellationToken: Token);
        await Db.SystemConfig.SaveAsync("alerts", StateJson.Parse("\"on\""), cancellationToken: Token);

        var entry = (await Db.SystemConfig.GetAsync("risk", Token))!;
        Assert.Equal(("risk", 2L, null), (entry.Key, entry.Version, entry.UpdatedBy));
        AssertJson("[1,2]", entry.Value.Reveal());
        Assert.Equal(["alerts", "risk"], (await ToListAsync(Db.SystemConfig.ListAsync(Token))).Select(found => found.Key));
        await Assert.ThrowsAsync<NexusConflictException>(() =>
            Db.SystemConfig.SaveAsync("risk", StateJson.EmptyObject, expectedVersion: 1, cancellationToken: Token));
        Assert.True((await Db.SystemConfig.DeleteAsync("risk", 2, Token)).Existed);
        Assert.False((await Db.SystemConfig.DeleteAsync("risk", cancellationToken: Token)).Existed);
    }

    [Fact]
    public async Task A_setting_whose_key_names_a_secret_is_one_whatever_its_form()
    {
        await Db.SystemConfig.SaveAsync("telegram_token", StateJson.Parse("\"123:abc\""), cancellationToken: Token);
        await Db.SystemConfig.SaveAsync("exchange", StateJson.Parse("""{"api_secret":"xyz","name":"BYBIT"}"""), cancellationToken: Token);

        var token = (await Db.SystemConfig.GetAsync("telegram_token", Token))!;
        Assert.Equal(("\"123:abc\"", $"\"{Secret.Mask}\""), (token.Value.Reveal(), Make.WithoutTags(token.Value.ToString())));
        var exchange = (await Db.SystemConfig.GetAsync("exchange", Token))!;
        AssertJson("""{"api_secret":"xyz","name":"BYBIT"}""", exchange.Value.Reveal());
        AssertJson($$"""{"api_secret":"{{Secret.Mask}}","name":"BYBIT"}""", Make.WithoutTags(exchange.Value.ToString()));
    }
}
