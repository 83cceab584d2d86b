using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.Keys;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.Operations.Tests.Keys;

/// <summary>Changing the key under a running bot.</summary>
public abstract class KeyRotationTests
{
    private readonly string _old = KeyRing.GenerateKey(), _new = KeyRing.GenerateKey();

    [Fact]
    public async Task Everything_is_under_the_new_key_afterwards_and_nothing_else_changed()
    {
        await using var home = await CreateHomeAsync();
        await using (var db = await OpenAsync(home, _old)) await FillAsync(db, sessions: 450);
        var before = await SnapshotAsync(home, _old);

        var report = await RotateAsync(home);
        Assert.True(report.Ok);
        // Every session, two trades, one setting and the switches.
        Assert.Equal(450 + 2 + 1 + 1, report.Resealed);
        Assert.Equal(before, await SnapshotAsync(home, _new));
        var list = await KeyMaintenance.ListAsync(Options(home, _new), NullLoggerFactory.Instance, TimeProvider.System,
            TestContext.Current.CancellationToken);
        var key = Assert.Single(list.Keys);
        Assert.Equal((KeyRing.Parse(_new, null).PrimaryId, true, (450 * 2) + 2 + 1 + 1), (key.Id, list.Ok, key.Values));
        Assert.Equal(0, (await RotateAsync(home)).Resealed);
    }

    [Fact]
    public async Task Writers_that_go_on_meanwhile_lose_nothing()
    {
        await using var home = await CreateHomeAsync();
        await using (var db = await OpenAsync(home, _old)) await FillAsync(db, sessions: 300);
        // Instances that know the new key and still seal with the old one, as the first step of a rotation leaves them.
        await using var bot = await OpenAsync(home, $"{_old},{_new}");
        using var stop = new CancellationTokenSource();
        var counters = new int[4];
        var writers = Enumerable.Range(0, counters.Length).Select(async writer =>
        {
            while (!stop.IsCancellationRequested)
            {
                var count = counters[writer] + 1;
                await bot.Sessions.PatchConfigAsync(1 + writer, StateJson.Parse($$"""{"count{{writer}}":{{count}},"api_key":"round-{{count}}"}"""));
                counters[writer] = count;
            }
        }).ToArray();
        await Eventually.TrueAsync(() => counters.All(count => count > 5));
        // The old key goes on sealing, so the rotation meets its own limit or ends between two writes; either way nothing is lost.
        var rotation = new KeyRotation(bot.Store, new Sealer(KeyRing.Parse($"{_new},{_old}", null)), NullLogger<KeyRotation>.Instance);
        try
        {
            await rotation.RunAsync(null, TestContext.Current.CancellationToken);
        }
        catch (NexusStateException error)
        {
            Assert.Contains("another instance", error.Message, StringComparison.Ordinal);
        }
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        Assert.True((await rotation.RunAsync(null, TestContext.Current.CancellationToken)).Ok);
        foreach (var writer in Enumerable.Range(0, counters.Length))
        {
            var session = (await bot.Sessions.FindAsync(after: null).FirstAsync(session => session.ChatId == (ChatId)(1 + writer))).Config.Reveal();
            Assert.Contains($"round-{counters[writer]}\"", session, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_value_that_does_not_open_is_named_and_stays()
    {
        await using var home = await CreateHomeAsync();
        await using (var db = await OpenAsync(home, _old)) await FillAsync(db, sessions: 5);
        await using (var store = StoreFactory.Create(Options(home, _old), NullLoggerFactory.Instance, TimeProvider.System))
        {
            await store.OpenAsync(TestContext.Current.CancellationToken);
            var row = (await store.GetSessionsAsync(["3"], TestContext.Current.CancellationToken)).Single();
            var cut = row.ApiKey![..^5] + "AAAAA";
            await store.ApplyAsync([new ResealSession("3", cut, row.ApiSecret, row.Config, row.Version)], atomic: false,
                TestContext.Current.CancellationToken);
        }
        var verified = await KeyMaintenance.VerifyAsync(Options(home, _old), NullLoggerFactory.Instance, TimeProvider.System, null,
            TestContext.Current.CancellationToken);
        var unreadable = Assert.Single(verified.Values);
        Assert.Equal(("sessions/3/api_key", KeyRing.Parse(_old, null).PrimaryId, 1L, (5 * 2) + 4 - 1),
            (unreadable.Place, unreadable.KeyId, verified.Unreadable, verified.Opened));

        var report = await RotateAsync(home);
        Assert.Equal((false, 1L, 4L + 2 + 1 + 1), (report.Ok, report.Unreadable, report.Resealed));
        Assert.Equal("sessions/3/api_key", Assert.Single(report.Values).Place);
    }

    [Fact]
    public async Task What_was_read_with_masks_before_can_be_sent_back_afterwards_until_the_old_key_is_taken_away()
    {
        await using var home = await CreateHomeAsync();
        string masked;
        await using (var db = await OpenAsync(home, _old))
        {
            await db.Sessions.SaveAsync(new Session(1, "the-key", "the-secret",
                StateJson.Parse("""{"accounts":[{"api_key":"of-a"},{"api_key":"of-b"}],"pin":1234}""")));
            masked = (await db.Sessions.GetAsync(1))!.Config.ToString();
        }
        Assert.True((await RotateAsync(home)).Ok);
        var (a, b) = (MaskOf(masked, 0), MaskOf(masked, 1));

        await using (var db = await OpenAsync(home, $"{_new},{_old}"))
        {
            // In the other order, so that each secret is looked up by its mask and not by its place.
            await db.Sessions.SaveAsync(new Session(1, null, null,
                StateJson.Parse($$"""{"accounts":[{"api_key":"{{b}}"},{"api_key":"{{a}}"}],"moved":"{{a}}"}""")),
                keep: KeepSecrets.ApiKey | KeepSecrets.ApiSecret);
            var session = (await db.Sessions.GetAsync(1))!;
            AssertJson("""{"accounts":[{"api_key":"of-b"},{"api_key":"of-a"}],"moved":"of-a"}""", session.Config);
            Assert.Equal(("the-key", "the-secret"), (session.ApiKey!.Reveal(), session.ApiSecret!.Reveal()));
        }

        // Once nothing is under the old key it leaves the ring, and with it the proof of what its masks stand for.
        await using (var db = await OpenAsync(home, _new))
        {
            var before = (await db.Sessions.GetAsync(1))!;
            var error = await Assert.ThrowsAsync<NexusValidationException>(() => db.Sessions.SaveAsync(
                new Session(1, null, null, StateJson.Parse($$"""{"accounts":[{"api_key":"{{a}}"}]}""")),
                    keep: KeepSecrets.ApiKey | KeepSecrets.ApiSecret));
            Assert.Equal("config.accounts[0].api_key", error.Field);
            Assert.Equal((before.Version, before.Config.Reveal()),
                ((await db.Sessions.GetAsync(1))!.Version, (await db.Sessions.GetAsync(1))!.Config.Reveal()));
            await db.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse(before.Config.ToString())));
            Assert.Equal(before.Config.Reveal(), (await db.Sessions.GetAsync(1))!.Config.Reveal());
        }

        static void AssertJson(string expected, StateJson actual) =>
            Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(Parsed(expected), Parsed(actual.Reveal())), actual.ToString());

        static System.Text.Json.Nodes.JsonNode? Parsed(string json) => System.Text.Json.Nodes.JsonNode.Parse(json);

        static string MaskOf(string config, int account) =>
            StateJson.Parse(config).Root.GetProperty("accounts")[account].GetProperty("api_key").GetString()!;
    }

    protected abstract Task<StoreHome> CreateHomeAsync();

    protected NexusOptions Options(StoreHome home, string keys)
    {
        var options = home.CreateOptions();
        options.Keys = keys;
        return options;
    }

    private Task<NexusDb> OpenAsync(StoreHome home, string keys) => NexusDb.OpenAsync(Options(home, keys));

    private Task<KeyRotationReport> RotateAsync(StoreHome home) =>
        KeyMaintenance.RotateAsync(Options(home, $"{_new},{_old}"), NullLoggerFactory.Instance, TimeProvider.System, null,
            TestContext.Current.CancellationToken);

    /// <summary>Two sealed values a session, one a trade, one in a setting and one in the switches.</summary>
    internal static async Task FillAsync(NexusDb db, int sessions)
    {
        for (var start = 1; start <= sessions; start += 500)
        {
            var count = Math.Min(500, sessions - start + 1);
            await db.Sessions.SaveBatchAsync(
                [.. Enumerable.Range(start, count)
                .Select(chat => new Session(chat, $"key-of-{chat}", null,
                StateJson.Parse($$"""{"mode":"PILOT","bybit_api_secret":"inner-of-{{chat}}"}""")))]);
        }
        for (var chat = 1; chat <= 2; chat++)
        {
            await db.Trades.OpenAsync(new Trade
            {
                ChatId = chat,
                Symbol = "BTC",
                Side = TradeSide.Long,
                EntryPrice = 1,
                Quantity = 1,
                Metadata = StateJson.Parse("""{"api_secret":"of a trade"}""")
            });
        }
        await db.SystemConfig.SetAsync("settings", StateJson.Parse("""{"a/b~c":{"password":"of a setting"}}"""));
        await db.BotState.PatchAsync(new BotSwitchesPatch { GroupConfig = StateJson.Parse("""{"webhook_secret":"of the switches"}""") });
    }

    private async Task<string> SnapshotAsync(StoreHome home, string keys)
    {
        await using var db = await OpenAsync(home, keys);
        var text = new StringBuilder();
        await foreach (var session in db.Sessions.LoadAllAsync()) text.AppendLine($"{session.ChatId} {session.ApiKey?.Reveal()} " +
            $"{session.Config.Reveal()} {session.Version} {session.UpdatedAt:O}");
        await foreach (var trade in db.Trades.QueryAsync()) text.AppendLine($"{trade.Id} {trade.Metadata.Reveal()} {trade.Version} " +
            $"{trade.UpdatedAt:O}");
        await foreach (var entry in db.SystemConfig.ListAsync()) text.AppendLine($"{entry.Key} {entry.Value.Reveal()} {entry.Version} " +
            $"{entry.UpdatedAt:O}");
        text.AppendLine((await db.BotState.GetAsync()).GroupConfig.Reveal());
        return text.ToString();
    }
}

public sealed class SqliteKeyRotationTests : KeyRotationTests
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class PostgresKeyRotationTests : KeyRotationTests
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateEmptyAsync();
}
