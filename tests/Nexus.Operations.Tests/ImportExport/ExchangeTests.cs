using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.ImportExport;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.TestKit;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Tests.ImportExport;

/// <summary>What leaves a store comes into another one as it was, whichever kind the two are.</summary>
public abstract class ExchangeTests
{
    private static readonly string Key = KeyRing.GenerateKey();

    [Fact]
    public async Task Everything_comes_out_of_one_store_and_into_the_other()
    {
        await using var from = await CreateSourceAsync();
        await using var to = await CreateTargetAsync();
        using var folder = new TempFolder("exchange");
        var file = folder["state.ndjson"];
        var created = new DateTimeOffset(2020, 5, 5, 5, 5, 5, TimeSpan.Zero).AddMicroseconds(123_456);
        await using (var db = await OpenAsync(from))
        {
            await db.Sessions.SaveAsync(
                new Session(
                    1,
                    "plain-key",
                    "plain-secret",
                    StateJson.Parse("""{"mode":"PILOT","binance_api_key":"plain-inner","deep":[{"token":"plain-deep"}],"n":1.50}""")));
            await db.Sessions.SaveAsync(new Session(-2, null, null, StateJson.EmptyObject));
            await db.Users.SaveAsync(
                1,
                new UserChange
                {
                    Name = "Ana ñ 🚀",
                    Role = UserRole.Admin,
                    ExpiresAt = created.AddYears(60),
                    TimeZone = "Europe/Madrid",
                    TelegramId = long.MaxValue,
                    Groups = StateJson.Parse("""{"CRYPTO":false}"""),
                    CreatedAt = created,
                });
            await db.Users.SaveAsync(2, new UserChange { NeverExpires = true });
            await db.BotState.SaveAsync(
                new BotSwitches
                {
                    EnabledStrategies = StateJson.Parse("""{"A":true}"""),
                    GroupConfig = StateJson.Parse("""{"hook_secret":"plain-group"}"""),
                    DisabledAssets = ["BTC", "Ñ"],
                    AiFilterEnabled = false,
                });
            await db.SystemConfig.SaveAsync("telegram_token", StateJson.Parse("\"plain-token\""), "ana");
            await db.Trades.OpenAsync(Trade(1, "0.00000001"));
            var closed = (await db.Trades.OpenAsync(Trade(1, "999999999999.99999999"))).Trade;
            await db.Trades.CloseAsync(closed.Id, new TradeClose { ExitPrice = 1.5m, Fees = 0.1m, ExitReason = "TP" });
        }

        var exported = await ExportAsync(from, file);
        Assert.Equal(new ExportReport(2, 2, 1, 1, 2), exported);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var text = await File.ReadAllTextAsync(file);
        Assert.DoesNotContain("plain-", text, StringComparison.Ordinal);
        var lines = text.TrimEnd('\n').Split('\n').Select(line => JsonElement.Parse(line)).ToArray();
        Assert.Equal(
            ["nexus", "session", "session", "user", "user", "botState", "systemConfig", "trade", "trade", "end"],
            lines.Select(line => line.GetProperty("kind").GetString()!));
        Assert.Equal((1, 8), (lines[0].GetProperty("format").GetInt32(), lines[^1].GetProperty("records").GetInt32()));
        Assert.Equal([KeyRing.Parse(Key, null).PrimaryId], lines[0].GetProperty("keyIds").EnumerateArray().Select(id => id.GetString()!));

        var imported = await ImportAsync(to, file);
        Assert.True(imported.Ok, string.Join('\n', imported.Refusals.Select(refusal => refusal.ToString()).Concat(imported.Warnings)));
        Assert.Equal((2, 2, 1, 1, 2), Of(imported, counts => counts.Imported));
        await using (var db = await OpenAsync(to))
        {
            var session = (await db.Sessions.GetAsync(1))!;
            Assert.Equal(("plain-key", "plain-secret"), (session.ApiKey!.Reveal(), session.ApiSecret!.Reveal()));
            Assert.True(
                JsonElement.DeepEquals(
                    JsonElement.Parse("""{"mode":"PILOT","binance_api_key":"plain-inner","deep":[{"token":"plain-deep"}],"n":1.50}"""),
                    JsonElement.Parse(session.Config.Reveal())));
            var user = (await db.Users.GetAsync(1))!;
            Assert.Equal(
                ("Ana ñ 🚀", UserRole.Admin, created.AddYears(60), created, "Europe/Madrid", long.MaxValue),
                (user.Name, user.Role, user.ExpiresAt!.Value, user.CreatedAt, user.TimeZone, user.TelegramId!.Value));
            Assert.Null((await db.Users.GetAsync(2))!.ExpiresAt);
            var state = await db.BotState.GetAsync();
            Assert.Equal(
                (false, "plain-group"),
                (state.AiFilterEnabled, JsonElement.Parse(state.GroupConfig.Reveal()).GetProperty("hook_secret").GetString()));
            Assert.Equal(["BTC", "Ñ"], state.DisabledAssets);
            Assert.Equal("\"plain-token\"", (await db.SystemConfig.GetAsync("telegram_token"))!.Value.Reveal());
            var trades = await db.Trades.ListAsync().ToListAsync();
            Assert.Equal([0.00000001m, 999999999999.99999999m], trades.Select(trade => trade.EntryPrice).Order());
            Assert.Equal("plain-note", JsonElement.Parse(trades[0].Metadata.Reveal()).GetProperty("api_secret").GetString());
            Assert.Equal(
                ("TP", 1.5m, 0.1m),
                trades.Where(trade => trade.Status == TradeStatus.Closed).Select(trade => (trade.ExitReason!, trade.ExitPrice!.Value, trade.Fees))
                    .Single());
        }
        Assert.DoesNotContain("plain-", Encoding.UTF8.GetString(await to.ReadEverythingAsync()), StringComparison.Ordinal);

        var again = await ImportAsync(to, file);
        Assert.Equal((2, 2, 1, 1, 2), Of(again, counts => counts.Unchanged));
        await using (var db = await OpenAsync(to))
        {
            Assert.Equal(
                (1L, 1L, 1L),
                ((await db.Sessions.GetAsync(1))!.Version, (await db.Users.GetAsync(1))!.Version, (await db.BotState.GetAsync()).Version));
        }
    }

    [Fact]
    public async Task What_is_newer_in_the_store_stays_unless_it_is_overwritten()
    {
        await using var home = await CreateTargetAsync();
        using var folder = new TempFolder("exchange");
        await using (var db = await OpenAsync(home))
        {
            await db.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse("""{"a":1}""")));
            await db.Users.SaveAsync(1, "before", days: null);
        }
        await ExportAsync(home, folder["old.ndjson"]);
        await using (var db = await OpenAsync(home))
        {
            await db.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse("""{"a":2}""")));
            await db.Users.SaveAsync(1, "after", days: null);
        }
        await ExportAsync(home, folder["new.ndjson"]);

        var kept = await ImportAsync(home, folder["old.ndjson"]);
        Assert.Equal((1L, 1L), (kept.Counts[ImportKind.Sessions].Kept, kept.Counts[ImportKind.Users].Kept));
        Assert.True(kept.Ok);
        var rehearsed = await ImportAsync(home, folder["old.ndjson"], new ImportOptions { Overwrite = true, DryRun = true });
        Assert.Equal((1L, 1L), (rehearsed.Counts[ImportKind.Sessions].Updated, rehearsed.Counts[ImportKind.Users].Updated));
        await using (var db = await OpenAsync(home)) Assert.Equal(
            (2L, "after"), ((await db.Sessions.GetAsync(1))!.Version, (await db.Users.GetAsync(1))!.Name));
        var overwritten = await ImportAsync(home, folder["old.ndjson"], new ImportOptions { Overwrite = true });
        Assert.Equal((1L, 1L), (overwritten.Counts[ImportKind.Sessions].Updated, overwritten.Counts[ImportKind.Users].Updated));
        await using (var db = await OpenAsync(home)) Assert.Equal(
            """{"a":1}""", (await db.Sessions.GetAsync(1))!.Config.ToString().Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trade_that_was_closed_elsewhere_is_closed_here()
    {
        await using var from = await CreateSourceAsync();
        await using var to = await CreateTargetAsync();
        using var folder = new TempFolder("exchange");
        var id = Guid.CreateVersion7();
        await using (var db = await OpenAsync(from)) await db.Trades.OpenAsync(Trade(1, "2") with { Id = id, Fees = 0.25m });
        await ExportAsync(from, folder["open.ndjson"]);
        await ImportAsync(to, folder["open.ndjson"]);
        await using (var db = await OpenAsync(from)) await db.Trades.CloseAsync(id, new TradeClose { ExitPrice = 3m, Fees = 0.5m });
        await ExportAsync(from, folder["closed.ndjson"]);

        Assert.Equal(1, (await ImportAsync(to, folder["closed.ndjson"])).Counts[ImportKind.Trades].Updated);
        Assert.Equal(1, (await ImportAsync(to, folder["open.ndjson"])).Counts[ImportKind.Trades].Kept);
        await using (var db = await OpenAsync(to))
        {
            var trade = (await db.Trades.GetAsync(id))!;
            Assert.Equal((TradeStatus.Closed, 3m, 0.75m, 0.25m), (trade.Status, trade.ExitPrice, trade.Fees, trade.Pnl));
        }
    }

    [Fact]
    public async Task A_damaged_export_is_read_as_far_as_it_goes_and_says_what_is_missing()
    {
        await using var home = await CreateTargetAsync();
        using var folder = new TempFolder("exchange");
        await using (var db = await OpenAsync(home))
        {
            for (var chat = 1; chat <= 3; chat++) await db.Sessions.SaveAsync(new Session(chat, $"key-{chat}", null, StateJson.EmptyObject));
        }
        await ExportAsync(home, folder["whole.ndjson"]);
        var lines = await File.ReadAllLinesAsync(folder["whole.ndjson"]);
        await using var target = await CreateTargetAsync();
        // The sealed key of chat 1 under chat 2: bound to its row, it does not open there.
        var stolen = JsonElement.Parse(lines[1]).GetProperty("apiKey").GetString()!;
        lines[2] = lines[2].Replace(JsonElement.Parse(lines[2]).GetProperty("apiKey").GetString()!, stolen, StringComparison.Ordinal);
        await File.WriteAllLinesAsync(folder["damaged.ndjson"], [lines[0], lines[1], lines[2], "not json", """{"kind":"comet"}""", lines[3][..^20]]);

        var report = await ImportAsync(target, folder["damaged.ndjson"]);
        Assert.False(report.Ok);
        Assert.Equal(
            (1L, 2L, 2L),
            (report.Counts[ImportKind.Sessions].Imported, report.Counts[ImportKind.Sessions].Refused, report.Counts[ImportKind.Unknown].Refused));
        Assert.Contains(report.Refusals, refusal => refusal.Record == "session 2" && refusal.Reason.Contains("apiKey", StringComparison.Ordinal));
        Assert.Contains("is truncated", Assert.Single(report.Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain(stolen, string.Join('\n', report.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trade_of_the_first_instant_is_refused_and_does_not_become_one_of_the_present()
    {
        await using var home = await CreateTargetAsync();
        using var folder = new TempFolder("exchange");
        await using (var db = await OpenAsync(home)) await db.Trades.OpenAsync(Trade(1, "1.5"));
        await ExportAsync(home, folder["whole.ndjson"]);
        var text = await File.ReadAllTextAsync(folder["whole.ndjson"]);
        var entry = text.Split('\n').Where(line => line.Contains("entryTimestamp", StringComparison.Ordinal))
            .Select(line => JsonElement.Parse(line).GetProperty("entryTimestamp").GetString()!).Single();
        await File.WriteAllTextAsync(folder["none.ndjson"], text.Replace($"\"entryTimestamp\":\"{entry}\"",
            """
            "entryTimestamp":"0001-01-01T00:00:00Z"
            """, StringComparison.Ordinal));

        await using var target = await CreateTargetAsync();
        var report = await ImportAsync(target, folder["none.ndjson"]);
        Assert.Equal((0L, 1L), (report.Counts[ImportKind.Trades].Imported, report.Counts[ImportKind.Trades].Refused));
        Assert.Contains("entryTimestamp", Assert.Single(report.Refusals).Reason, StringComparison.Ordinal);
    }

    /// <summary>An adopted database has names that new records must not have.</summary>
    [Fact]
    public async Task Names_that_were_stored_before_the_rules_are_exported_and_imported()
    {
        await using var home = await CreateTargetAsync();
        using var folder = new TempFolder("exchange");
        var asset = new string('A', 90) + "\u200b";
        await using (var db = await OpenAsync(home)) await FillAsync(db);
        await ExportAsync(home, folder["old.ndjson"]);

        await using var target = await CreateTargetAsync();
        var report = await ImportAsync(target, folder["old.ndjson"]);
        Assert.True(report.Ok, string.Join('\n', report.Refusals));
        await using (var db = await OpenAsync(target))
        {
            var trade = Assert.Single(await db.Trades.ListAsync(new TradeFilter()).ToListAsync());
            Assert.Equal(("BTC\u200bUSDT", " ", "\u202eEX"), (trade.Symbol, trade.Strategy, trade.Exchange));
            Assert.Equal([asset], (await db.BotState.GetAsync()).DisabledAssets);
            // A new one is refused.
            await Assert.ThrowsAsync<NexusValidationException>(() => db.Trades.OpenAsync(Trade(1, "2") with { Symbol = "BTC\u200bUSDT" }));
        }

        async Task FillAsync(NexusDb db)
        {
            StoredNames.Accept();
            await db.Trades.OpenAsync(Trade(1, "1.5") with { Symbol = "BTC\u200bUSDT", Strategy = " ", Exchange = "\u202eEX" });
            await db.BotState.SaveAsync(new BotSwitches { DisabledAssets = [asset] });
        }
    }

    protected abstract Task<StoreHome> CreateSourceAsync();

    protected abstract Task<StoreHome> CreateTargetAsync();

    private static Trade Trade(long chat, string price) => new()
    {
        Id = Guid.CreateVersion7(),
        ChatId = chat,
        Symbol = "BTCUSDT",
        Side = TradeSide.Long,
        EntryPrice = decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture),
        Quantity = 1,
        Metadata = StateJson.Parse("""{"api_secret":"plain-note"}"""),
    };

    private static NexusOptions Options(StoreHome home)
    {
        var options = home.CreateOptions();
        options.Keys = Key;
        return options;
    }

    private static Task<NexusDb> OpenAsync(StoreHome home) => NexusDb.OpenAsync(Options(home));

    private static Task<ExportReport> ExportAsync(StoreHome home, string file) =>
        ExportFile.WriteAsync(
            Options(home), file, NullLoggerFactory.Instance, TimeProvider.System, progress: null, TestContext.Current.CancellationToken);

    private static Task<ImportReport> ImportAsync(StoreHome home, string file, ImportOptions? options = null) =>
        Import.RunAsync(
            Options(home),
            [(file, () => File.OpenRead(file))],
            options ?? new ImportOptions(),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            progress: null,
            TestContext.Current.CancellationToken);

    private static (long, long, long, long, long) Of(ImportReport report, Func<ImportCounts, long> count) => (
        count(report.Counts[ImportKind.Sessions]), count(report.Counts[ImportKind.Users]), count(report.Counts[ImportKind.BotState]),
        count(report.Counts[ImportKind.SystemConfig]), count(report.Counts[ImportKind.Trades]));
}

public sealed class SqliteToPostgresTests : ExchangeTests
{
    protected override Task<StoreHome> CreateSourceAsync() => Task.FromResult<StoreHome>(new SqliteHome());

    protected override async Task<StoreHome> CreateTargetAsync() => await PostgresHome.CreateEmptyAsync();
}

public sealed class PostgresToEmbeddedTests : ExchangeTests
{
    protected override async Task<StoreHome> CreateSourceAsync() => await PostgresHome.CreateEmptyAsync();

    protected override Task<StoreHome> CreateTargetAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}
