using Nexus.BotState;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.StoreContract;

/// <summary>The bot's switches: one record that always can be changed.</summary>
public abstract class BotStateContract : StoreContract
{
    [Fact]
    public async Task Defaults_hold_when_nothing_was_ever_written()
    {
        var state = await Store.GetBotStateAsync(Token);

        Make.AssertJson("{}", state.Strategies);
        Make.AssertJson("{}", state.Groups);
        Assert.Empty(state.DisabledAssets);
        Assert.Equal((true, 0L), (state.AiFilter, state.Version));
    }

    [Fact]
    public async Task The_first_change_creates_the_record_and_applies_over_the_defaults()
    {
        var outcome = await ApplyAsync(Make.State("""{"RSI":true,"MACD":null}"""));

        AssertApplied(1, outcome);
        var state = await Store.GetBotStateAsync(Token);
        Make.AssertJson("""{"RSI":true}""", state.Strategies);
        Make.AssertJson("{}", state.Groups);
        Assert.Equal((true, 1L, outcome.At), (state.AiFilter, state.Version, state.LastUpdated));
    }

    [Fact]
    public async Task A_change_leaves_what_it_does_not_name()
    {
        await ApplyAsync(Make.State("""{"RSI":true}""", """{"CRYPTO":{"on":true,"max":3}}""", AssetChange.Replace(["BTC", "ETH"]), ai: false));

        AssertApplied(2, await ApplyAsync(Make.State(groups: """{"CRYPTO":{"max":null},"ETFS":false}""")));
        AssertApplied(3, await ApplyAsync(Make.State(ai: true)));

        var state = await Store.GetBotStateAsync(Token);
        Make.AssertJson("""{"RSI":true}""", state.Strategies);
        Make.AssertJson("""{"CRYPTO":{"on":true},"ETFS":false}""", state.Groups);
        Assert.Equal(["BTC", "ETH"], state.DisabledAssets);
        Assert.True(state.AiFilter);
    }

    [Fact]
    public async Task A_replacement_takes_the_defaults_for_what_it_leaves_out()
    {
        await ApplyAsync(Make.State("""{"RSI":true}""", """{"CRYPTO":true}""", AssetChange.Replace(["BTC"]), ai: false));

        AssertApplied(2, await ApplyAsync(Make.State(groups: """{"ETFS":true}""", replace: true)));

        var state = await Store.GetBotStateAsync(Token);
        Make.AssertJson("{}", state.Strategies);
        Make.AssertJson("""{"ETFS":true}""", state.Groups);
        Assert.Empty(state.DisabledAssets);
        Assert.True(state.AiFilter);
    }

    [Fact]
    public async Task Assets_are_set_added_and_removed_in_order_of_first_appearance()
    {
        await ApplyAsync(Make.State(assets: AssetChange.Replace(["BTC", "ETH", "XRP"])));
        await ApplyAsync(Make.State(assets: AssetChange.Disable("SOL")));
        await ApplyAsync(Make.State(assets: AssetChange.Disable("BTC")));
        await ApplyAsync(Make.State(assets: AssetChange.Enable("ETH")));
        Assert.Equal(["BTC", "XRP", "SOL"], (await Store.GetBotStateAsync(Token)).DisabledAssets);

        await ApplyAsync(Make.State(assets: new AssetChange(["A", "B"], ["C", "D"], ["A", "D"])));
        Assert.Equal(["B", "C"], (await Store.GetBotStateAsync(Token)).DisabledAssets);

        await ApplyAsync(Make.State(assets: AssetChange.Replace([])));
        Assert.Empty((await Store.GetBotStateAsync(Token)).DisabledAssets);
    }

    [Fact]
    public async Task An_asset_with_any_characters_is_kept_as_it_is()
    {
        string[] assets = ["a,b", "{x}", "\"q\"", "NULL", "null", " ", "\\", "🚀", "a'b"];
        await ApplyAsync(Make.State(assets: AssetChange.Replace(assets)));
        await ApplyAsync(Make.State(assets: AssetChange.Enable("NULL")));

        Assert.Equal(assets.Except(["NULL"]), (await Store.GetBotStateAsync(Token)).DisabledAssets);
    }

    [Fact]
    public async Task A_change_that_names_a_version_applies_only_over_it()
    {
        AssertConflict(0, await ApplyAsync(Make.State(ai: false, expected: 1)));
        AssertApplied(1, await ApplyAsync(Make.State(ai: false, expected: 0)));
        AssertConflict(1, await ApplyAsync(Make.State(ai: true, expected: 0)));
        AssertConflict(1, await ApplyAsync(Make.State(ai: true, expected: 2)));
        AssertApplied(2, await ApplyAsync(Make.State("""{"RSI":true}""", expected: 1)));

        Assert.False((await Store.GetBotStateAsync(Token)).AiFilter);
    }

    [Fact]
    public async Task The_same_write_again_changes_nothing()
    {
        var change = Make.State(assets: AssetChange.Disable("BTC"), expected: 0);
        var first = await ApplyAsync(change);

        Assert.Equal(first with { Status = WriteStatus.AlreadyApplied }, await ApplyAsync(change));
        Assert.Equal(1, (await Store.GetBotStateAsync(Token)).Version);
    }

    [Theory]
    [InlineData("enabled_strategies")]
    [InlineData("group_config")]
    public async Task A_document_that_a_patch_makes_too_large_is_refused_and_stays(string column)
    {
        var first = $$"""{"a":"{{new string('x', 200_000)}}"}""";
        var second = $$"""{"b":"{{new string('y', 100_000)}}"}""";
        ChangeBotState Change(string patch) => column == "enabled_strategies" ? Make.State(patch) : Make.State(groups: patch);
        await ApplyAsync(Change(first));

        var outcome = await ApplyAsync(Change(second));

        Assert.Equal(WriteStatus.Failed, outcome.Status);
        Assert.True(Assert.IsType<NexusValidationException>(outcome.Error).IsTooLarge);
        var state = await Store.GetBotStateAsync(Token);
        Make.AssertJson(first, column == "enabled_strategies" ? state.Strategies : state.Groups);
        Assert.Equal(1, state.Version);
    }
}
