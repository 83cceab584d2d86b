using System.Text.Json;
using CsCheck;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Dispatch;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Users;

namespace Nexus.StoreContract.Front;

/// <summary>After any changes the index, the store's query and a walk over all sessions select the same chats.</summary>
public abstract class DispatchModelFrontContract : FrontContract
{
    private const string Owner = "7";

    private static readonly string[] Names = ["on", "RSI", "a\"b\\c", "Ünï 🚀", "x y", "?"];

    private static readonly string[] Modes = ["PILOT", "COPILOT", "WATCHER", "", "p'"];

    private static readonly Gen<string> Name = Gen.OneOf(Names);

    private static readonly Gen<string> Switches = Gen.Frequency(
        (8, Gen.Select(Name, Gen.OneOf("true", "true", "false", "null", "1", "\"true\"", "{}", "[true]")).Array[0, 5].Select(Object)),
        (1, Gen.OneOf("null", "[\"on\"]", "true", "\"on\"", "{\"deep\":{\"on\":true}}")));

    private static readonly Gen<string> Assets = Gen.Frequency(
        (8, Name.Array[0, 4].Select(names => $"[{string.Join(',', names.Select(Quote))}]")),
        (1, Gen.OneOf("null", "{\"on\":false}", "\"RSI\"", "[1,[\"on\"],{\"on\":1},null,\"?\"]", "true")));

    private static readonly Gen<string> Mode = Gen.Frequency(
        (6, Gen.OneOf(Modes).Select(Quote)), (1, Gen.OneOf("null", "5", "{}", $"\"{new string('m', 101)}\"")));

    private static readonly Gen<string> Config = Gen.Select(
        Switches, Switches, Assets, Mode, Gen.Int[0, 9], (strategies, groups, assets, mode, left) =>
        "{" + string.Join(',', new[]
        {
            left == 0 ? null : $"\"strategies\":{strategies}", left == 1 ? null : $"\"groups\":{groups}",
            left == 2 ? null : $"\"disabled_assets\":{assets}", left == 3 ? null : $"\"mode\":{mode}",
        }.Where(part => part is not null)) + "}");

    private static readonly Gen<Signal> Signals = Gen.Select(
        Name, Gen.OneOf(Name, Gen.Const("")), Gen.OneOf(Name, Gen.Const("")), Gen.OneOf(Modes).Where(mode => mode.Length > 0).Array[0, 2],
        (strategy, group, symbol, modes) => new Signal(strategy) { Group = group, Symbol = symbol, Modes = modes.Length == 0 ? null : modes });

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Int[0, 9], Gen.Int[1, 12], Config, Gen.Int[0, 5], (kind, chat, config, detail) => new Step(kind, chat, config, detail));

    private sealed record Step(int Kind, int Chat, string Config, int Detail);

    [Fact]
    public async Task Index_query_and_walk_select_the_same()
    {
        await ReopenAsync(options => options.Owners.Add(ChatId.Parse(Owner)));
        await Db.BotState.SetStrategyAsync("on", enabled: true, Token);
        await Db.WarmAsync(Token);
        await using var other = await TryOpenAnotherAsync();

        await Gen.Select(Steps.Array[1, 8], Signals.Array[3]).Array[4].SampleAsync(
            async rounds =>
            {
                foreach (var (steps, signals) in rounds)
                {
                    foreach (var step in steps) await DoAsync(Db, step);
                    foreach (var signal in signals) await CompareAsync(signal);
                }
            },
            iter: 25,
            threads: 1);
        Assert.True(Db.Sessions.DispatchIndex.IsReady);

        // What another instance writes arrives a moment later.
        if (other is null) return;
        await other.BotState.SetStrategyAsync("on", enabled: true, Token);
        await Gen.Select(Steps.Array[4, 8], Signals).Array[2].SampleAsync(
            async rounds =>
            {
                foreach (var (steps, signal) in rounds)
                {
                    foreach (var step in steps) await DoAsync(other, step);
                    var expected = await other.WalkAsync(signal, Token);
                    await TestKit.Eventually.TrueAsync(async () => (await Db.DispatchAsync(signal, Token)).SequenceEqual(expected));
                }
            },
            iter: 8,
            threads: 1);
    }

    /// <summary>Another instance on the same store; null where there can be only one.</summary>
    protected virtual async Task<NexusDb?> TryOpenAnotherAsync()
    {
        try
        {
            return await OpenAsync(options => options.Owners.Add(ChatId.Parse(Owner)));
        }
        catch (DataFolderInUseException)
        {
            return null;
        }
    }

    private async Task CompareAsync(Signal signal)
    {
        var walked = await Db.WalkAsync(signal, Token);
        Assert.Equal(walked, await Db.DispatchAsync(signal, Token));
        // Again, with what the first has read.
        Assert.Equal(walked, await Db.DispatchAsync(signal, Token));
        if (walked.Count > 0) Assert.Equal(walked, await Db.QueryAsync(signal, [Owner], Token));
    }

    private static async Task DoAsync(NexusDb db, Step step)
    {
        switch (step.Kind)
        {
            case <= 2:
                await db.Sessions.SaveAsync(Session(step.Chat, step.Config), cancellationToken: Token);
                break;
            case 3:
                if (await db.Sessions.GetAsync(step.Chat, Token) is not null)
                    await db.Sessions.PatchConfigAsync(step.Chat, StateJson.Parse(step.Config), cancellationToken: Token);
                break;
            case 4:
                await db.Sessions.DeleteAsync(step.Chat, cancellationToken: Token);
                break;
            case <= 6:
                var now = await db.GetTimeAsync(Token);
                await db.Users.SaveAsync(
                    step.Chat,
                    new UserChange
                    {
                        ExpiresAt = step.Detail < 4 ? now.AddDays(1) : now.AddSeconds(-1),
                        Role = step.Detail % 3 == 0 ? UserRole.Admin : UserRole.User,
                    },
                    cancellationToken: Token);
                break;
            case 7:
                await db.Users.DeleteAsync(step.Chat, cancellationToken: Token);
                break;
            default:
                await db.BotState.PatchAsync(
                    new BotSwitchesPatch
                    {
                        EnabledStrategies = StateJson.Parse(Object([.. Names.Select((name, i) => (name, i == step.Detail ? "false" : "true"))])),
                        GroupConfig = StateJson.Parse(Object([.. Names.Select((name, i) =>
                            (name, i == step.Detail ? "{\"enabled\":false}" : i == step.Chat % 6 ? "{\"x\":1}" : "true"))])),
                        DisabledAssets = step.Chat > 9 ? [Names[step.Detail]] : [],
                    },
                    cancellationToken: Token);
                break;
        }
    }

    private static string Object((string Name, string Value)[] members) =>
        "{" + string.Join(',', members.DistinctBy(member => member.Name).Select(member => $"{Quote(member.Name)}:{member.Value}")) + "}";

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
