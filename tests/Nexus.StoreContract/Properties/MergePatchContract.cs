using CsCheck;
using Nexus.BotState;
using Nexus.Json;

namespace Nexus.StoreContract.Properties;

/// <summary>A store merges as RFC 7396 says, and a composed write has the effect of its parts.</summary>
public abstract class MergePatchContract : StoreContract
{
    private static readonly Gen<AssetChange?> Assets = Gen.Select(
        Gen.OneOf("A", "B", "C").Array[0, 2], Gen.OneOf("A", "B", "C").Array[0, 2], Gen.OneOf("A", "B", "C").Array[0, 2], Gen.Int[0, 2],
        (set, add, remove, kind) => kind == 0 ? null : new AssetChange(kind == 1 ? set : null, add, remove));

    private static readonly Gen<ChangeBotState> Change = Gen.Select(
        Gens.Mergeable(2), Gens.Mergeable(2), Assets, Gen.Int[0, 15],
        (strategies, groups, assets, choice) => Make.State(
            (choice & 1) == 0 ? null : strategies, (choice & 2) == 0 ? null : groups, assets, (choice & 4) == 0 ? null : (choice & 8) == 0,
            replace: choice == 7));

    private int _last;

    [Fact]
    public Task A_config_is_patched_as_the_RFC_says() =>
        Gen.Select(Gens.Mergeable(3), Gens.Mergeable(3), (config, patch) => (config, patch)).Array[1, 20].SampleAsync(
            async pairs =>
            {
                var chats = pairs.Select(_ => NextChat()).ToArray();
                await ApplyAllAsync([.. pairs.Select((pair, i) => Make.Session(chats[i], pair.config))]);
                var outcomes = await ApplyAllAsync([.. pairs.Select((pair, i) => Make.Patch(chats[i], pair.patch))]);
                Assert.All(outcomes, outcome => AssertApplied(2, outcome));
                for (var i = 0; i < pairs.Length; i++)
                {
                    var expected = MergePatch.Apply(Make.Utf8(pairs[i].config).Span, Make.Utf8(pairs[i].patch).Span);
                    Make.AssertJson(expected, (await SessionAsync(chats[i]))!.Config);
                }
            },
            iter: 80, threads: 2);

    [Fact]
    public Task The_bot_state_is_patched_as_the_RFC_says() =>
        Gen.Select(Gens.Mergeable(3), Gens.Mergeable(3)).SampleAsync(
            async (document, patch) =>
            {
                await ApplyAsync(Make.State(document, document, replace: true));
                var before = await Store.GetBotStateAsync(Token);
                await ApplyAsync(Make.State(patch, patch));
                var after = await Store.GetBotStateAsync(Token);
                var expected = MergePatch.Apply(before.Strategies.Span, Make.Utf8(patch).Span);
                Make.AssertJson(expected, after.Strategies);
                Make.AssertJson(expected, after.Groups);
            },
            iter: 80, threads: 1);

    [Fact]
    public Task Two_patches_of_a_config_composed_have_the_effect_of_both()
    {
        var composed = 0;
        return Gen.Select(Gens.Mergeable(3), Gens.Mergeable(3), Gens.Mergeable(3)).SampleAsync(
            async (config, first, second) =>
            {
                var (one, other) = (NextChat(), NextChat());
                await ApplyAllAsync(Make.Session(one, config), Make.Session(other, config));
                if (Make.Patch(other, first).TryCompose(Make.Patch(other, second)) is not { } both) return;
                composed++;
                await ApplyAsync(Make.Patch(one, first));
                await ApplyAsync(Make.Patch(one, second));
                await ApplyAsync(both);
                Make.AssertJson((await SessionAsync(one))!.Config, (await SessionAsync(other))!.Config);
            },
            iter: 80, threads: 1).ContinueWith(
                sampling =>
                {
                    Assert.True(composed > 20, $"only {composed} pairs were composed");
                    return sampling;
                },
                TaskScheduler.Default).Unwrap();
    }

    [Fact]
    public Task Two_changes_of_the_bot_state_composed_have_the_effect_of_both() =>
        Gen.Select(Change, Change, Change).SampleAsync(
            async (start, first, second) =>
            {
                if (first.TryCompose(second) is not { } both) return;
                var reset = start with { Replace = true };
                await ApplyAllAsync(reset with { WriteId = Guid.NewGuid() });
                await ApplyAsync(first with { WriteId = Guid.NewGuid() });
                await ApplyAsync(second with { WriteId = Guid.NewGuid() });
                var expected = await Store.GetBotStateAsync(Token);

                await ApplyAllAsync(reset with { WriteId = Guid.NewGuid() });
                await ApplyAsync(both with { WriteId = Guid.NewGuid() });
                var actual = await Store.GetBotStateAsync(Token);

                Make.AssertJson(expected.Strategies, actual.Strategies);
                Make.AssertJson(expected.Groups, actual.Groups);
                Assert.Equal(expected.DisabledAssets.Order(), actual.DisabledAssets.Order());
                Assert.Equal(expected.AiFilter, actual.AiFilter);
            },
            iter: 120, threads: 1);

    private string NextChat() => $"{Interlocked.Increment(ref _last)}";
}
