using System.Text.Json.Nodes;
using CsCheck;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;

namespace Nexus.StoreContract.Front;

/// <summary>What was read with masks can be saved: each secret goes where its mask is.</summary>
public abstract class MasksFrontContract : FrontContract
{
    private const string Accounts = """
        {"mode":"PILOT","note":"***","cron":"* * * * *","accounts":[{"name":"A","api_key":"key-of-a","password":"1234"},
         {"name":"B","api_key":"key-of-b","password":"1234"}],
         "tokens":["first-token","second-token","third-token"],"telegram":{"bot_token":"the-bot-token"}}
        """;

    private int _last = 1000;

    [Fact]
    public Task Any_document_of_moved_copied_and_dropped_masks_holds_each_secret_where_its_mask_was_put() =>
        Gen.Select(AnyDocument, AnyLayout, Gen.Int[0, 3]).SampleAsync(
            async (given, layout, way) =>
            {
                ChatId chat = Interlocked.Increment(ref _last);
                await Db.Sessions.SaveAsync(Session(chat, given.ToJsonString()), cancellationToken: Token);
                var stored = (await Db.Sessions.GetAsync(chat, Token))!;
                var masks = MasksOf(JsonNode.Parse(stored.Config.Reveal())!, JsonNode.Parse(stored.Config.ToString())!);
                masks[stored.ApiKey!.Masked()] = "key";
                masks[stored.ApiSecret!.Masked()] = "secret";
                var names = masks.Keys.ToArray();
                var masked = (JsonObject)Fill(layout, index => names[index % names.Length])!;
                var expected = (JsonObject)Fill(layout, index => masks[names[index % names.Length]])!;
                var (key, secret) = (layout.Count % names.Length, (layout.Count + 1) % names.Length);

                // The same twice, since a caller repeats a request whose answer was lost.
                for (var repeat = 0; repeat < 2; repeat++)
                {
                    await SaveAsync(chat, way, masked, Secret.Of(names[key]), Secret.Of(names[secret]));
                    var now = (await Db.Sessions.GetAsync(chat, Token))!;
                    if (way == 3)
                    {
                        var patched = JsonNode.Parse(MergePatch.Apply(Make.Utf8(given.ToJsonString()).Span, Make.Utf8(expected.ToJsonString())
                            .Span))!;
                        AssertJson(patched.ToJsonString(), now.Config.Reveal());
                    }
                    else
                    {
                        AssertJson(expected.ToJsonString(), now.Config.Reveal());
                        Assert.Equal((masks[names[key]], masks[names[secret]]), (now.ApiKey!.Reveal(), now.ApiSecret!.Reveal()));
                    }
                    if (masked.ToJsonString().Contains("********", StringComparison.Ordinal))
                        Assert.DoesNotContain("********", now.Config.Reveal(), StringComparison.Ordinal);
                    // A secret without any remaining mask is lost, so the repeat may name only what is left.
                    if (names.Any(name => way != 3 && !masked.ToJsonString().Contains(name, StringComparison.Ordinal))) break;
                }
            },
            iter: 80, threads: 2);

    [Fact]
    public async Task A_secret_stays_with_its_account_when_another_is_removed_or_the_order_changes()
    {
        await Db.Sessions.SaveAsync(Session(1, Accounts), cancellationToken: Token);
        var masked = await MaskedAsync(1);
        var accounts = (JsonArray)masked["accounts"]!;
        accounts.RemoveAt(0);
        var tokens = (JsonArray)masked["tokens"]!;
        masked["tokens"] = new JsonArray(tokens[2]!.DeepClone(), "new-token-without-mask", tokens[0]!.DeepClone());

        await Db.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse(masked.ToJsonString())), cancellationToken: Token);

        var revealed = JsonNode.Parse((await Db.Sessions.GetAsync(1, Token))!.Config.Reveal())!;
        AssertJson("""[{"name":"B","api_key":"key-of-b","password":"1234"}]""", revealed["accounts"]!.ToJsonString());
        AssertJson("""["third-token","new-token-without-mask","first-token"]""", revealed["tokens"]!.ToJsonString());
        AssertJson("\"***\"", revealed["note"]!.ToJsonString());
    }

    [Fact]
    public async Task Equal_secrets_cannot_be_told_by_their_masks()
    {
        await Db.Sessions.SaveAsync(Session(1, Accounts), cancellationToken: Token);
        var masked = await MaskedAsync(1);

        Assert.NotEqual(masked["accounts"]![0]!["password"]!.ToString(), masked["accounts"]![1]!["password"]!.ToString());
        // A guess that is saved in the place of a secret gets a different mask.
        var before = masked["accounts"]![0]!["password"]!.ToString();
        masked["accounts"]![0]!["password"] = "1234";
        await Db.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse(masked.ToJsonString())), cancellationToken: Token);
        Assert.NotEqual(before, (await MaskedAsync(1))["accounts"]![0]!["password"]!.ToString());
        masked["accounts"]![0]!["password"] = before;
        await Assert.ThrowsAsync<NexusValidationException>(() =>
            Db.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse(masked.ToJsonString())), cancellationToken: Token));
    }

    [Fact]
    public async Task Any_other_mask_is_refused_with_its_path_and_nothing_changes()
    {
        await Db.Sessions.SaveAsync(Session(1, Accounts), cancellationToken: Token);
        await Db.Sessions.SaveAsync(Session(2, Accounts), cancellationToken: Token);
        var own = (await MaskedAsync(1))["telegram"]!["bot_token"]!.ToString();
        var foreign = (await MaskedAsync(2))["telegram"]!["bot_token"]!.ToString();
        var tag = own[8..];
        string[] wrong =
        [
            Secret.Mask, foreign, own[..^1], own[..12], own + "A", "*" + own, own[1..], own[5..], $"Bearer {own}", $"{own} and more",
            Secret.Mask + "AAAAAAAAAAAAAAAAAAAAAA",
            Secret.Mask + tag.ToUpperInvariant() + "x", own + own,
        ];

        foreach (var mask in wrong)
        {
            await RefusedAsync("config.telegram.chat", () => Db.Sessions.SaveAsync(Session(1, $$$"""{"telegram":{"chat":"{{{mask}}}"}}"""),
                cancellationToken: Token));
            await RefusedAsync("config.telegram.bot_token", () => Db.Sessions.PatchConfigAsync(1, StateJson.Parse(
                $$$"""{"telegram":{"bot_token":"{{{mask}}}"}}"""), cancellationToken: Token));
            await RefusedAsync("sessions[1].config.tokens[1]", () =>
                Db.Sessions.SaveBatchAsync([Session(3), Session(1, $$"""{"tokens":["x","{{mask}}"]}""")], Token));
            await RefusedAsync("apiKey", () => Db.Sessions.SaveAsync(Session(1, Accounts, apiKey: mask), cancellationToken: Token));
            await RefusedAsync("apiSecret", () => Db.Sessions.SaveAsync(Session(1, Accounts, apiSecret: mask), keep: KeepSecrets.ApiKey,
                cancellationToken: Token));
            await RefusedAsync("config.token", () => Db.Sessions.SaveAsync(Session(99, $$"""{"token":"{{mask}}"}"""), cancellationToken: Token));
            await RefusedAsync("value.a", () => Db.SystemConfig.SaveAsync("setting", StateJson.Parse($$"""{"a":"{{mask}}"}"""),
                cancellationToken: Token));
            await RefusedAsync("groupConfig.a", () => Db.BotState.PatchAsync(
                new BotSwitchesPatch { GroupConfig = StateJson.Parse($$"""{"a":"{{mask}}"}""") }, cancellationToken: Token));
            await RefusedAsync("metadata.a", () => Db.Trades.OpenAsync(Trade(1) with { Metadata = StateJson.Parse($$"""{"a":"{{mask}}"}""") },
                Token));
        }
        await RefusedAsync("config.password", () => Db.Sessions.SaveAsync(Session(1, """{"password":"***"}"""), cancellationToken: Token));

        var session = (await Db.Sessions.GetAsync(1, Token))!;
        Assert.Equal((1L, "key", "secret"), (session.Version, session.ApiKey!.Reveal(), session.ApiSecret!.Reveal()));
        AssertJson(Accounts, session.Config.Reveal());
        Assert.Null(await Db.Sessions.GetAsync(3, Token));
        Assert.Null(await Db.SystemConfig.GetAsync("setting", Token));
        Assert.Empty(await ToListAsync(Db.Trades.ListAsync(cancellationToken: Token)));
    }

    [Theory]
    [InlineData("***")]
    [InlineData("*****")]
    [InlineData("* * * * *")]
    [InlineData("**bold** and ***both***")]
    [InlineData("******** important ********")]
    [InlineData("*********")]
    public async Task Stars_in_a_text_that_is_no_secret_are_stars(string note)
    {
        var config = $$"""{"note":"{{note}}"}""";
        await Db.Sessions.SaveAsync(Session(1, config), cancellationToken: Token);
        await Db.Sessions.PatchConfigAsync(1, StateJson.Parse(config), cancellationToken: Token);
        AssertJson(config, (await Db.Sessions.GetAsync(1, Token))!.Config.Reveal());
    }

    [Fact]
    public async Task Masks_that_were_handed_out_outlive_moves_and_later_saves()
    {
        await Db.Sessions.SaveAsync(Session(1, Accounts), cancellationToken: Token);
        var first = await MaskedAsync(1);
        var moved = new JsonObject
        {
            ["kept"] = first["accounts"]!.DeepClone(),
            ["tokens"] = first["tokens"]!.DeepClone(),
            ["telegram"] = first["telegram"]!.DeepClone()
        };
        await Db.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse(moved.ToJsonString())), cancellationToken: Token);
        await Db.Sessions.PatchConfigAsync(1, StateJson.Parse("""{"leverage":3}"""), cancellationToken: Token);

        await Db.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse(first.ToJsonString())), cancellationToken: Token);

        AssertJson(Accounts, (await Db.Sessions.GetAsync(1, Token))!.Config.Reveal());
    }

    [Fact]
    public async Task Masks_outlive_a_new_key_in_front()
    {
        var (old, fresh) = (Secrets.KeyRing.GenerateKey(), Secrets.KeyRing.GenerateKey());
        await using var home = await CreateHomeAsync();
        string masked;
        await using (var db = await OpenAtAsync(home, old))
        {
            await db.Sessions.SaveAsync(Session(1, Accounts), cancellationToken: Token);
            masked = (await db.Sessions.GetAsync(1, Token))!.Config.ToString();
        }
        await using var both = await OpenAtAsync(home, $"{fresh},{old}");
        await both.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse(masked)), cancellationToken: Token);
        AssertJson(Accounts, (await both.Sessions.GetAsync(1, Token))!.Config.Reveal());
        Assert.NotEqual(masked, (await both.Sessions.GetAsync(1, Token))!.Config.ToString());
    }

    [Fact]
    public async Task Settings_switches_and_repeated_trades_take_their_masks_back()
    {
        await Db.SystemConfig.SaveAsync("exchanges", StateJson.Parse("""{"list":[{"api_key":"one"},{"api_key":"two"}]}"""), cancellationToken: Token);
        var setting = JsonNode.Parse((await Db.SystemConfig.GetAsync("exchanges", Token))!.Value.ToString())!;
        ((JsonArray)setting["list"]!).RemoveAt(0);
        await Db.SystemConfig.SaveAsync("exchanges", StateJson.Parse(setting.ToJsonString()), cancellationToken: Token);
        AssertJson("""{"list":[{"api_key":"two"}]}""", (await Db.SystemConfig.GetAsync("exchanges", Token))!.Value.Reveal());
        await Db.SystemConfig.SaveAsync("telegram_token", StateJson.Parse("\"123:abc\""), cancellationToken: Token);
        await Db.SystemConfig.SaveAsync("telegram_token", StateJson.Parse(
            (await Db.SystemConfig.GetAsync("telegram_token", Token))!.Value.ToString()), cancellationToken: Token);
        AssertJson("\"123:abc\"", (await Db.SystemConfig.GetAsync("telegram_token", Token))!.Value.Reveal());

        await Db.BotState.PatchAsync(new BotSwitchesPatch { GroupConfig = StateJson.Parse("""{"hook":{"token":"the-hook"}}""") },
            cancellationToken: Token);
        var switches = await Db.BotState.GetAsync(Token);
        var hook = JsonNode.Parse(switches.GroupConfig.ToString())!["hook"]!["token"]!.ToString();
        await Db.BotState.SaveAsync(switches with
        {
            GroupConfig = StateJson.EmptyObject,
            EnabledStrategies = StateJson.Parse($$$"""{"s":{"list":["{{{hook}}}"]}}""")
        }, cancellationToken: Token);
        AssertJson("""{"s":{"list":["the-hook"]}}""", (await Db.BotState.GetAsync(Token)).EnabledStrategies.Reveal());

        var trade = (await Db.Trades.OpenAsync(Trade(1) with { Metadata = StateJson.Parse("""{"api_key":"of-the-trade","n":1}""") }, Token)).Trade;
        var (again, repeated) = await Db.Trades.OpenAsync(trade with { Metadata = StateJson.Parse(trade.Metadata.ToString()) }, Token);
        Assert.True(repeated.AlreadyExisted);
        AssertJson("""{"api_key":"of-the-trade","n":1}""", again.Metadata.Reveal());
        var report = await Db.Trades.AppendAsync(new[] { trade with { Metadata = StateJson.Parse(trade.Metadata.ToString()) } }.ToAsyncEnumerable(),
            Token);
        Assert.Equal((0L, 1L, 0L), (report.Stored, report.AlreadyExisted, report.Rejected));
    }

    [Fact]
    public async Task Masked_saves_at_once_with_others_never_lose_a_secret_and_never_swap_one()
    {
        await Db.Sessions.SaveAsync(Session(1, Accounts), cancellationToken: Token);
        var masked = (await MaskedAsync(1)).ToJsonString();

        var others = Enumerable.Range(0, 20).Select(n => Db.Sessions.PatchConfigAsync(1, StateJson.Parse($$"""{"n":{{n}}}"""),
            cancellationToken: Token));
        var own = Enumerable.Range(0, 5).Select(_ => Db.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse(masked)),
            keep: KeepSecrets.ApiKey | KeepSecrets.ApiSecret, cancellationToken: Token));
        await Task.WhenAll(others.Concat(own));

        var revealed = (JsonObject)JsonNode.Parse((await Db.Sessions.GetAsync(1, Token))!.Config.Reveal())!;
        revealed.Remove("n");
        AssertJson(Accounts, revealed.ToJsonString());
        await Assert.ThrowsAsync<NexusConflictException>(() =>
            Db.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse(masked)), expectedVersion: 1, cancellationToken: Token));
    }

    [Fact]
    public async Task Masks_cannot_make_a_document_larger_than_it_may_be()
    {
        await Db.Sessions.SaveAsync(Session(1, $$"""{"token":"{{new string('x', 10_000)}}"}"""), cancellationToken: Token);
        var mask = (await MaskedAsync(1))["token"]!.ToString();
        var many = $$"""{"token":[{{string.Join(',', Enumerable.Repeat($"\"{mask}\"", 7000))}}]}""";

        Assert.True((await Assert.ThrowsAsync<NexusValidationException>(() => Db.Sessions.SaveAsync(Session(1, many), cancellationToken: Token)))
            .IsTooLarge);
    }

    private async Task SaveAsync(ChatId chat, int way, JsonObject config, Secret apiKey, Secret apiSecret)
    {
        var document = StateJson.Parse(config.ToJsonString());
        if (way == 0) await Db.Sessions.SaveAsync(new Session(chat, apiKey, apiSecret, document), cancellationToken: Token);
        else if (way == 1) await Db.Sessions.SaveAndGetAsync(new Session(chat, apiKey, apiSecret, document), cancellationToken: Token);
        else if (way == 2)
            await Db.Sessions.SaveBatchAsync([Session(chat.Value.GetHashCode(StringComparison.Ordinal) | 1),
                new Session(chat, apiKey, apiSecret, document)], Token);
        else await Db.Sessions.PatchConfigAsync(chat, document, cancellationToken: Token);
    }

    private async Task<JsonNode> MaskedAsync(ChatId chat) => JsonNode.Parse((await Db.Sessions.GetAsync(chat, Token))!.Config.ToString())!;

    private static Task<NexusDb> OpenAtAsync(StoreHome home, string keys)
    {
        var options = home.CreateOptions();
        options.Keys = keys;
        return NexusDb.OpenAsync(options, cancellationToken: Token);
    }

    private static async Task RefusedAsync(string field, Func<Task> call) =>
        Assert.Equal(field, (await Assert.ThrowsAsync<NexusValidationException>(call)).Field);

    private static Dictionary<string, string> MasksOf(JsonNode revealed, JsonNode masked)
    {
        var masks = new Dictionary<string, string>(StringComparer.Ordinal);
        Walk(revealed, masked);
        return masks;

        void Walk(JsonNode? plain, JsonNode? shown)
        {
            if (shown is JsonObject members) foreach (var (name, value) in members) Walk(plain![name], value);
            else if (shown is JsonArray items) for (var i = 0; i < items.Count; i++) Walk(plain![i], items[i]);
            else if (shown is JsonValue value && value.TryGetValue(out string? text) && text.StartsWith(Secret.Mask, StringComparison.Ordinal))
                masks[text] = plain!.ToString();
        }
    }

    /// <summary>A layout's numbers become texts; everything else stays.</summary>
    private static JsonNode? Fill(JsonNode? layout, Func<int, string> text) => layout switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Fill(member.Value, text)))),
        JsonArray items => new JsonArray([.. items.Select(item => Fill(item, text))]),
        JsonValue value when value.TryGetValue(out int index) => text(index),
        _ => layout?.DeepClone(),
    };

    private static readonly Gen<string> Name = Gen.OneOf("api_key", "password", "bot_token", "accounts", "note", "a/b", "x~y", "list", "mode");

    private static readonly Gen<JsonObject> AnyDocument = Gen.Select(Gen.OneOf("api_key", "password", "bot_token"), Gen.Int[0, 1_000_000]).Array[1, 4]
        .Select(members => new JsonObject(members.DistinctBy(member => member.Item1)
            .Select(member => KeyValuePair.Create(member.Item1, (JsonNode?)$"secret-{member.Item2}"))))
        .Array[1, 4].Select(objects => new JsonObject
        {
            ["accounts"] = new JsonArray([.. objects.Select(one => (JsonNode?)one)]),
            ["mode"] = "PILOT",
            ["tokens"] = new JsonArray([.. objects.Select((_, n) => (JsonNode?)$"token-{n}")]),
        });

    private static readonly Gen<JsonObject> AnyLayout = LayoutOf(3);

    private static Gen<JsonObject> LayoutOf(int depth)
    {
        var leaf = Gen.OneOf(Gen.Int[0, 50].Select(index => (JsonNode?)index), Gen.Const((JsonNode?)true), Gen.Const((JsonNode?)"plain"));
        var value = depth == 0
            ? leaf
            : Gen.OneOf(leaf, leaf.Array[0, 4].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])),
                LayoutOf(depth - 1).Select(inner => (JsonNode?)inner));
        return Gen.Select(Name, value).Array[0, 4].Select(members =>
            new JsonObject(members.DistinctBy(member => member.Item1)
                .Select(member => KeyValuePair.Create(member.Item1, member.Item2?.DeepClone()))));
    }
}
