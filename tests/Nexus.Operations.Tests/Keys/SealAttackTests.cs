using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.ImportExport;
using Nexus.Operations.Keys;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.Operations.Tests.Keys;

/// <summary>Somebody can write to the store, or to an export, but has no encryption key.</summary>
public abstract class SealAttackTests
{
    private const string Mine = "Th3AttackersOwnKey";

    private readonly string _key = KeyRing.GenerateKey();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plain_text_at_any_sealed_place_is_an_error_for_who_reads_it_and_named_by_verify()
    {
        await using var home = await CreateHomeAsync();
        var trade = Guid.Empty;
        await using (var db = await OpenAsync(home))
        {
            trade = await FillAsync(db);
            await PlantAsync(db.Store, trade, _ =>
                (Mine, Mine, $$$"""{"mode":"PILOT","deep":{"bybit_api_secret":"{{{Mine}}}"}}"""),
                $$"""{"api_secret":"{{Mine}}"}""", $"\"{Mine}\"", $$"""{"webhook_secret":"{{Mine}}"}""");

            var session = await FreshSessionAsync(db);
            foreach (var (place, read) in new (string, Action)[]
            {
                ("sessions/1/api_key", () => session.ApiKey!.Reveal()),
                ("sessions/1/api_secret", () => session.ApiSecret!.Reveal()),
                ("sessions/1/config/deep/bybit_api_secret",
             () => session.Config.Reveal()),
            })
            {
                Assert.Equal(place, Assert.Throws<SecretUnreadableException>(read).Field);
            }
            var stored = (await db.Trades.GetAsync(trade))!;
            Assert.Equal($"trades/1/{trade}/metadata/api_secret", Assert.Throws<SecretUnreadableException>(() => stored.Metadata.Reveal()).Field);
            var entry = (await db.SystemConfig.GetAsync("telegram_token"))!;
            Assert.Throws<SecretUnreadableException>(() => entry.Value.Reveal());
            var groups = (await db.BotState.GetAsync()).GroupConfig;
            Assert.Equal("bot_state/1/group_config/webhook_secret", Assert.Throws<SecretUnreadableException>(() => groups.Reveal()).Field);

            // What was read so is not sealed by being saved.
            Assert.Equal("apiKey", (await Assert.ThrowsAsync<NexusValidationException>(() => db.Sessions.SaveAsync(session))).Field);
            Assert.Equal("config.bybit_api_secret",
                (await Assert.ThrowsAsync<NexusValidationException>(() => db.Sessions.SaveAsync(new Session(1, null, null, session.Config)))).Field);
            await Assert.ThrowsAsync<NexusValidationException>(() => db.SystemConfig.SaveAsync("other_token", entry.Value));
            await Assert.ThrowsAsync<NexusValidationException>(() => db.BotState.PatchAsync(new BotSwitchesPatch { GroupConfig = groups }));
            // Others are not affected.
            Assert.Equal("key-2", (await db.Sessions.GetAsync(2))!.ApiKey!.Reveal());
        }
        var (verified, list) = (await VerifyAsync(home), await ListAsync(home));
        Assert.Equal(
            [
                "bot_state/1/group_config/webhook_secret", "sessions/1/api_key", "sessions/1/api_secret", "sessions/1/config/deep/bybit_api_secret",
                "system_config/telegram_token/value/telegram_token", $"trades/1/{trade}/metadata/api_secret"
            ],
            verified.Values.Select(value => value.Place).Order(StringComparer.Ordinal));
        Assert.All(verified.Values, value => Assert.DoesNotContain(Mine, value.ToString(), StringComparison.Ordinal));
        Assert.Equal((false, false, 6L), (verified.Ok, list.Ok, list.Unsealed));
        // A rotation seals nothing of it.
        await KeyMaintenance.RotateAsync(Options(home, $"{KeyRing.GenerateKey()},{_key}"), NullLoggerFactory.Instance, TimeProvider.System, null,
            Token);
        await using var store = await OpenStoreAsync(home);
        Assert.Equal(Mine, (await store.GetSessionsAsync(["1"], Token))[0].ApiKey);
    }

    [Fact]
    public async Task A_sealed_value_of_another_chat_field_table_or_trade_opens_nowhere_else()
    {
        await using var home = await CreateHomeAsync();
        var (first, second) = (Guid.Empty, Guid.Empty);
        await using (var db = await OpenAsync(home))
        {
            first = await FillAsync(db);
            second = (await db.Trades.OpenAsync(Trade(1, """{"api_secret":"another"}"""))).Trade.Id;
            var rows = (await db.Store.GetSessionsAsync(["1", "2"], Token)).ToDictionary(row => row.ChatId);
            var other = (await db.Store.FindTradesAsync(second, "1", null, Token))[0];
            await PlantAsync(
                db.Store, first, _ => (rows["2"].ApiKey, rows["1"].ApiKey, $$"""{"bybit_api_secret":"{{rows["1"].ApiKey}}"}"""),
                Encoding.UTF8.GetString(other.Metadata.Span), $"\"{rows["1"].ApiKey}\"", $$"""{"webhook_secret":"{{rows["1"].ApiKey}}"}""");
            var session = await FreshSessionAsync(db);
            Assert.Throws<SecretUnreadableException>(() => session.ApiKey!.Reveal());
            Assert.Throws<SecretUnreadableException>(() => session.ApiSecret!.Reveal());
            Assert.Throws<SecretUnreadableException>(() => session.Config.Reveal());
            var stored = (await db.Trades.GetAsync(first))!;
            Assert.Throws<SecretUnreadableException>(() => stored.Metadata.Reveal());
            Assert.Contains("another", (await db.Trades.GetAsync(second))!.Metadata.Reveal(), StringComparison.Ordinal);
        }
        var verified = await VerifyAsync(home);
        Assert.Equal((6L, false), (verified.Unreadable, verified.Ok));
        Assert.Contains(verified.Values, value => value.Place == $"trades/1/{first}/metadata/api_secret");
        Assert.Equal(6L, (await ListAsync(home)).Unreadable);
    }

    [Fact]
    public async Task A_canary_that_was_deleted_is_not_made_anew_while_there_are_sealed_values()
    {
        await using var home = await CreateHomeAsync();
        await using (var db = await OpenAsync(home)) await FillAsync(db);
        await DeleteCanaryAsync(home);
        foreach (var key in new[] { _key, KeyRing.GenerateKey() })
        {
            Assert.Contains("canary is missing",
                (await Assert.ThrowsAsync<NexusConfigurationException>(() => NexusDb.OpenAsync(Options(home, key)))).Message,
                StringComparison.Ordinal);
        }
        Assert.Equal("nexus_meta/canary", Assert.Single((await VerifyAsync(home)).Values).Place);
        Assert.NotNull((await ListAsync(home)).Canary);
    }

    [Theory]
    [InlineData("session")]
    [InlineData("config")]
    [InlineData("setting")]
    [InlineData("state")]
    [InlineData("trade")]
    public async Task One_sealed_value_anywhere_is_enough_to_refuse_a_new_canary(string where)
    {
        await using var home = await CreateHomeAsync();
        await using (var db = await OpenAsync(home))
        {
            await (where switch
            {
                "session" => db.Sessions.SaveAsync(new Session(1, null, "secret-1", StateJson.EmptyObject)),
                "config" => db.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse("""{"api_key":"x"}"""))),
                "setting" => db.SystemConfig.SaveAsync("a_token", StateJson.Parse("\"x\"")),
                "state" => db.BotState.PatchAsync(new BotSwitchesPatch { GroupConfig = StateJson.Parse("""{"hook_secret":"x"}""") }),
                _ => db.Trades.OpenAsync(Trade(1, """{"api_secret":"x"}""")) as Task,
            });
        }
        await DeleteCanaryAsync(home);
        await Assert.ThrowsAsync<NexusConfigurationException>(() => OpenAsync(home));
    }

    [Fact]
    public async Task Verify_with_a_wrong_key_on_an_empty_store_says_that_the_key_is_not_the_stores()
    {
        await using var home = await CreateHomeAsync();
        await using (await OpenAsync(home))
        {
        }
        Assert.Equal((true, true), ((await VerifyAsync(home)).Ok, (await VerifyAsync(home)).Proven));
        var wrong = KeyRing.GenerateKey();
        var verified = await KeyMaintenance.VerifyAsync(Options(home, wrong), NullLoggerFactory.Instance, TimeProvider.System, null, Token);
        var canary = Assert.Single(verified.Values);
        Assert.Equal((false, "nexus_meta/canary", KeyRing.Parse(_key, null).PrimaryId), (verified.Ok, canary.Place, canary.KeyId));
        Assert.False((await KeyMaintenance.ListAsync(Options(home, wrong), NullLoggerFactory.Instance, TimeProvider.System, Token)).Ok);
        await DeleteCanaryAsync(home);
        verified = await KeyMaintenance.VerifyAsync(Options(home, wrong), NullLoggerFactory.Instance, TimeProvider.System, null, Token);
        Assert.Equal((true, false), (verified.Ok, verified.Proven));
    }

    [Fact]
    public async Task Trades_that_an_earlier_version_bound_to_their_chat_open_until_a_rotation_has_bound_them_to_themselves()
    {
        await using var home = await CreateHomeAsync();
        TradeRow old, moved;
        await using (var db = await OpenAsync(home))
        {
            var id = await FillAsync(db);
            var former = db.Sealer.Seal(new SealContext("trades", "1", "metadata/api_secret"), "by an earlier version");
            old = (await db.Store.FindTradesAsync(id, "1", null, Token))[0] with
            {
                Metadata = Encoding.UTF8.GetBytes($$"""{"api_secret":"{{former}}"}"""),
            };
            await ApplyAsync(db.Store, new ResealTrade(id, "1", old.EntryTimestamp, old.Metadata, old.Version));
            var other = (await db.Trades.OpenAsync(Trade(1, "{}"))).Trade;
            moved = (await db.Store.FindTradesAsync(other.Id, "1", null, Token))[0];
            // A store that began with this version never opens it.
            var strict = await ReadAsync(db, id);
            Assert.Throws<SecretUnreadableException>(() => strict.Metadata.Reveal());
            await db.Store.SetMetaAsync(KeyCanary.Name, KeyCanary.Create(db.Sealer, SealFeatures.None), Token);
        }
        await using (var db = await OpenAsync(home)) Assert.Contains("by an earlier version", (await ReadAsync(db, old.Id)).Metadata.Reveal(),
            StringComparison.Ordinal);
        Assert.True((await VerifyAsync(home)).Ok);

        var report = await KeyMaintenance.RotateAsync(Options(home, _key), NullLoggerFactory.Instance, TimeProvider.System, null, Token);
        Assert.Equal((true, 1L), (report.Ok, report.Resealed));
        Assert.Equal(0, (await KeyMaintenance.RotateAsync(Options(home, _key), NullLoggerFactory.Instance, TimeProvider.System, null, Token))
            .Resealed);
        await using (var db = await OpenAsync(home))
        {
            Assert.Contains("by an earlier version", (await ReadAsync(db, old.Id)).Metadata.Reveal(), StringComparison.Ordinal);
            // Neither the new seal nor a copy of the earlier one opens in another trade of the chat.
            foreach (var metadata in new[] { (await db.Store.FindTradesAsync(old.Id, "1", null, Token))[0].Metadata, old.Metadata })
            {
                await ApplyAsync(db.Store, new ResealTrade(moved.Id, "1", moved.EntryTimestamp, metadata, moved.Version));
                var read = await ReadAsync(db, moved.Id);
                Assert.Throws<SecretUnreadableException>(() => read.Metadata.Reveal());
            }
        }
    }

    [Fact]
    public async Task An_export_that_was_altered_brings_in_neither_plain_text_nor_an_api_key()
    {
        await using var home = await CreateHomeAsync();
        await using var target = await CreateHomeAsync();
        using var folder = new TempFolder("altered");
        var file = folder["state.ndjson"];
        await using (var db = await OpenAsync(home))
        {
            await FillAsync(db);
            await new Nexus.Operations.ApiKeys.ApiKeyVault(db.Store, db.Sealer)
                .AddAsync((generation, now) => Record("0123456789ab", generation, now, "bot"), null, Token);
            await new Nexus.Operations.ApiKeys.ApiKeyVault(db.Store, db.Sealer)
                .AddAsync((generation, now) => Record("aaaabbbbcccc", generation, now, "admin"), null, Token);
        }
        var removed = "";
        await using (var db = await OpenAsync(home))
        {
            removed = Encoding.UTF8.GetString((await db.Store.GetSystemConfigAsync("nexus:caller:aaaabbbbcccc", Token))!.Value.Span);
            Assert.True(await new Nexus.Operations.ApiKeys.ApiKeyVault(db.Store, db.Sealer).RemoveAsync("aaaabbbbcccc", Token));
        }
        await ExportFile.WriteAsync(Options(home, _key), file, NullLoggerFactory.Instance, TimeProvider.System, null, Token);
        var lines = (await File.ReadAllLinesAsync(file, Token)).ToList();
        var at = lines.FindIndex(line => line.Contains("nexus:caller:", StringComparison.Ordinal)) + 1;
        string Setting(string key, string value) =>
            $$"""{"kind":"systemConfig","key":"{{key}}","value":{{value}},"updatedBy":null,"updatedAt":"2026-01-01T00:00:00Z","version":1}""";
        lines.Insert(at, Setting("nexus:caller:aaaabbbbcccc", removed));
        lines.Insert(at, Setting("nexus:caller:ffffffffffff",
            """{"Name":"x","Scopes":["admin"],"SecretHash":"00","CreatedAt":"2026-01-01T00:00:00Z"}"""));
        lines.Insert(at, Setting("nexus:other", removed));
        lines.Insert(1, lines[1].Replace("\"chatId\":\"1\"", "\"chatId\":\"7\"", StringComparison.Ordinal));
        lines.Insert(1,
            $$$"""{"kind":"session","chatId":"8","apiKey":"{{{Mine}}}","apiSecret":null,"config":{},"version":1"""
                + $$$""","updatedAt":"2026-01-01T00:00:00Z"}""");
        lines.Insert(1,
            $$$"""{"kind":"session","chatId":"9","apiKey":null,"apiSecret":null,"config":{"a":[{"api_key":"{{{Mine}}}"}]},"version":1"""
                + $$$""","updatedAt":"2026-01-01T00:00:00Z"}""");
        lines[^1] = $$"""{"kind":"end","records":{{lines.Count - 2}}}""";
        await File.WriteAllLinesAsync(file, lines, Token);

        var report = await ImportAsync(target, file, new ImportOptions());
        Assert.Equal((1L + 1, 3L), (report.ApiKeysLeft - 1, report.Counts[ImportKind.Sessions].Refused));
        Assert.Equal(1, report.Counts[ImportKind.ApiKeys].Refused);
        await using (var store = await OpenStoreAsync(target))
        {
            Assert.DoesNotContain(await store.ListSystemConfigAsync(Token).ToListAsync(Token),
                row => row.Key.StartsWith("nexus:", StringComparison.Ordinal));
            Assert.Empty(await store.GetSessionsAsync(["7", "8", "9"], Token));
        }

        report = await ImportAsync(target, file, new ImportOptions { ApiKeys = true });
        Assert.Equal((1L, 3L), (report.Counts[ImportKind.ApiKeys].Imported, report.Counts[ImportKind.ApiKeys].Refused));
        Assert.Equal(1, (await ImportAsync(target, file, new ImportOptions { ApiKeys = true })).Counts[ImportKind.ApiKeys].Unchanged);
        var keys = await KeyMaintenance.ListApiKeysAsync(Options(target, _key), NullLoggerFactory.Instance, TimeProvider.System, Token);
        Assert.Equal((true, "0123456789ab", "bot"), (keys.Ok, Assert.Single(keys.ApiKeys).Id, keys.ApiKeys[0].Scopes[0]));
    }

    protected abstract Task<StoreHome> CreateHomeAsync();

    protected abstract Task DeleteCanaryAsync(StoreHome home);

    private static Nexus.Operations.ApiKeys.ApiKeyRecord Record(string id, long generation, DateTimeOffset now, string scope) =>
        new(id, id + new string('0', 52), [scope], "test", now, generation);

    private static Trade Trade(long chat, string metadata) =>
        new() { ChatId = chat, Symbol = "BTC", Side = TradeSide.Long, EntryPrice = 1, Quantity = 1, Metadata = StateJson.Parse(metadata) };

    private static async Task<Guid> FillAsync(NexusDb db)
    {
        foreach (var chat in new[] { 1, 2 })
            await db.Sessions.SaveAsync(new Session(chat, $"key-{chat}", $"secret-{chat}", StateJson.Parse("""{"bybit_api_secret":"inner"}""")));
        await db.SystemConfig.SaveAsync("telegram_token", StateJson.Parse("\"of a setting\""));
        await db.BotState.PatchAsync(new BotSwitchesPatch { GroupConfig = StateJson.Parse("""{"webhook_secret":"of the switches"}""") });
        return (await db.Trades.OpenAsync(Trade(1, """{"api_secret":"of a trade"}"""))).Trade.Id;
    }

    /// <summary>Writes below the layer that seals: as somebody in the database does.</summary>
    private static async Task PlantAsync(IStore store, Guid tradeId, Func<SessionRow, (string? Key, string? Secret, string Config)> session,
        string metadata, string setting, string groups)
    {
        var row = (await store.GetSessionsAsync(["1"], Token))[0];
        var (key, secret, config) = session(row);
        var trade = (await store.FindTradesAsync(tradeId, "1", null, Token))[0];
        await ApplyAsync(
            store, new ResealSession("1", key, secret, Encoding.UTF8.GetBytes(config), row.Version),
                new ResealTrade(trade.Id, trade.ChatId, trade.EntryTimestamp, Encoding.UTF8.GetBytes(metadata), trade.Version),
            new SetSystemConfig("telegram_token", Encoding.UTF8.GetBytes(setting), null, null),
                new ChangeBotState(null, Encoding.UTF8.GetBytes(groups), null, null, Replace: false, null));
    }

    private static async Task ApplyAsync(IStore store, params Write[] writes) =>
        Assert.All(await store.ApplyAsync(writes, atomic: false, Token), outcome => Assert.True(outcome.IsApplied, $"{outcome}"));

    private static async Task<Session> FreshSessionAsync(NexusDb db) =>
        await db.Sessions.ListAsync(after: null).FirstAsync(session => session.ChatId == (ChatId)1, Token);

    private static async Task<Trade> ReadAsync(NexusDb db, Guid id) => (await db.Trades.GetAsync(id))!;

    private Task<NexusDb> OpenAsync(StoreHome home) => NexusDb.OpenAsync(Options(home, _key));

    private Task<KeyVerification> VerifyAsync(StoreHome home) =>
        KeyMaintenance.VerifyAsync(Options(home, _key), NullLoggerFactory.Instance, TimeProvider.System, null, Token);

    private Task<KeyList> ListAsync(StoreHome home) =>
        KeyMaintenance.ListAsync(Options(home, _key), NullLoggerFactory.Instance, TimeProvider.System, Token);

    private Task<ImportReport> ImportAsync(StoreHome home, string file, ImportOptions options) =>
        Import.RunAsync(Options(home, _key), [("state.ndjson", () => File.OpenRead(file))], options, NullLoggerFactory.Instance, TimeProvider.System,
            null, Token);

    private static async Task<IStore> OpenStoreAsync(StoreHome home)
    {
        var store = StoreFactory.Create(home.CreateOptions(), NullLoggerFactory.Instance, TimeProvider.System);
        await store.OpenAsync(Token);
        return store;
    }

    private static NexusOptions Options(StoreHome home, string keys)
    {
        var options = home.CreateOptions();
        options.Keys = keys;
        return options;
    }
}

public sealed class SqliteSealAttackTests : SealAttackTests
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());

    protected override async Task DeleteCanaryAsync(StoreHome home)
    {
        await using var store = new Nexus.Sqlite.SqliteStore(((SqliteHome)home).Folder, TimeProvider.System, NullLoggerFactory.Instance);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await store.TransactAsync(transaction => transaction.Connection.Execute("DELETE FROM nexus_meta WHERE name = 'canary'"),
            writes: 1, TestContext.Current.CancellationToken));
    }
}

public sealed class PostgresSealAttackTests : SealAttackTests
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateEmptyAsync();

    protected override async Task DeleteCanaryAsync(StoreHome home) =>
        Assert.Equal(1, await ((PostgresHome)home).Database.ExecuteAsync("DELETE FROM nexus_meta WHERE name = 'canary'"));
}
