using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Json;
using Nexus.Operations.Keys;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.SystemConfig;
using Nexus.TestKit;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Tests.Keys;

/// <summary>Secrets that an older version left in plain text.</summary>
public abstract class SecretScanTests
{
    /// <summary>More than two batches of the scan.</summary>
    private const int Sessions = 450;

    /// <summary>In every planted secret and in nothing else.</summary>
    private const string Marker = "Pl4in";

    private static readonly Guid TradeId = Guid.CreateVersion7();

    private static readonly (string Table, string Field, long Values)[] Planted =
    [
        ("bot_state", "group_config: webhook_clave", 1),
        ("sessions", "config: clave", Sessions),
        ("sessions", "config: phrase", Sessions),
        ("system_config", "value: clave", 1),
        ("trades", "metadata: clave", 1),
    ];

    private readonly string _keys = KeyRing.GenerateKey();

    [Fact]
    public async Task A_dry_run_counts_by_field_without_values_and_changes_nothing()
    {
        await using var home = await CreateHomeAsync();
        await PlantAsync(home);
        var before = await ReadRowsAsync(home);

        var report = await ScanAsync(home, new SecretScanOptions(DryRun: true, AcceptPlain: true, MaskTexts: true));

        Assert.Equal(Planted.Select(field => new PlainSecrets(field.Table, field.Field, PlainSecretKind.Field, field.Values, Done: false)),
            report.Found);
        Assert.Equal((true, false, 0L), (report.DryRun, report.Ok, report.SealedRecords));
        Assert.DoesNotContain(Marker, JsonSerializer.Serialize(report, KeyReportJson.Default.SecretScanReport), StringComparison.Ordinal);
        Assert.Equal(before, await ReadRowsAsync(home));
    }

    [Fact]
    public async Task They_are_sealed_once_and_read_as_before()
    {
        await using var home = await CreateHomeAsync();
        await PlantAsync(home);
        Assert.Contains(Marker, await ReadRowsAsync(home), StringComparison.Ordinal);

        var applied = await ScanAsync(home, new SecretScanOptions());
        Assert.Equal(Planted.Select(field => new PlainSecrets(field.Table, field.Field, PlainSecretKind.Field, field.Values, Done: true)),
            applied.Found);
        Assert.Equal((true, Sessions + 3L, 0L), (applied.Ok, applied.SealedRecords, applied.Remaining));
        Assert.DoesNotContain(Marker, await ReadRowsAsync(home), StringComparison.Ordinal);

        var again = await ScanAsync(home, new SecretScanOptions());
        Assert.Empty(again.Found);
        Assert.Equal((true, 0L), (again.Ok, again.SealedRecords));
        Assert.True((await KeyMaintenance.VerifyAsync(Options(home), NullLoggerFactory.Instance, TimeProvider.System, null, Token)).Ok);
        await using var db = await NexusDb.OpenAsync(Options(home));
        var config = (await db.Sessions.GetAsync(7))!.Config;
        Assert.Equal("PILOT", config.Root.GetProperty("mode").GetString());
        Assert.Contains($"{Marker}-secret-7\"", config.Reveal(), StringComparison.Ordinal);
        Assert.Contains($"{Marker}-of-a-trade", (await db.Trades.ListAsync().SingleAsync(Token)).Metadata.Reveal(), StringComparison.Ordinal);
        Assert.Contains($"{Marker}-of-a-setting", (await db.SystemConfig.GetAsync("settings"))!.Value.Reveal(), StringComparison.Ordinal);
        Assert.Contains($"{Marker}-of-the-switches", (await db.BotState.GetAsync()).GroupConfig.Reveal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_text_where_every_version_has_sealed_is_named_and_sealed_only_when_it_is_accepted()
    {
        await using var home = await CreateHomeAsync();
        await using (var db = await NexusDb.OpenAsync(Options(home)))
        {
            await ApplyAsync(db,
            [
                new SaveSession("1", SealedField.Set($"{Marker}-key"), SealedField.Keep,
                    Encoding.UTF8.GetBytes($$$"""{"okx":{"api_secret":"{{{Marker}}}-secret"}}"""), null),
            ]);
        }

        var report = await ScanAsync(home, new SecretScanOptions());
        Assert.Equal(["sessions/1/config/okx/api_secret", "sessions/1/api_key"], report.UnexpectedPlaces);
        Assert.All(report.Found, found => Assert.Equal((PlainSecretKind.Unexpected, 1L, false), (found.Kind, found.Values, found.Done)));
        Assert.Equal((false, 2L, 0L), (report.Ok, report.Left, report.SealedRecords));
        Assert.Contains($"{Marker}-key", await ReadRowsAsync(home), StringComparison.Ordinal);
        Assert.Contains($"{Marker}-secret", await ReadRowsAsync(home), StringComparison.Ordinal);

        var accepted = await ScanAsync(home, new SecretScanOptions(AcceptPlain: true));
        Assert.Equal((true, 0L, 1L), (accepted.Ok, accepted.Left, accepted.SealedRecords));
        Assert.DoesNotContain(Marker, await ReadRowsAsync(home), StringComparison.Ordinal);
        await using var reader = await NexusDb.OpenAsync(Options(home));
        var session = (await reader.Sessions.GetAsync(1))!;
        Assert.Equal($"{Marker}-key", session.ApiKey!.Reveal());
        Assert.Contains($"{Marker}-secret", session.Config.Reveal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_planted_record_of_an_api_key_is_never_sealed()
    {
        await using var home = await CreateHomeAsync();
        const string planted =
            """{"id":"ab","secretHash":"5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5","scopes":["admin"],"clave":"Pl4in-1x"}""";
        await using (var db = await NexusDb.OpenAsync(Options(home))) await ApplyAsync(db,
            [new SetSystemConfig("nexus:caller:ab", Encoding.UTF8.GetBytes(planted), null, null)]);
        var before = await ReadRowsAsync(home);

        await ScanAsync(home, new SecretScanOptions(AcceptPlain: true, MaskTexts: true));

        Assert.Contains("nexus:caller:ab", before, StringComparison.Ordinal);
        Assert.Equal(before, await ReadRowsAsync(home));
    }

    [Fact]
    public async Task Free_texts_are_masked_only_when_told_to_and_names_are_reported()
    {
        await using var home = await CreateHomeAsync();
        await using (var db = await NexusDb.OpenAsync(Options(home)))
        {
            await ApplyAsync(db,
            [
                new SaveUser("9", $"Ann password: {Marker}-n9", null, new Expiry(ExpiryKind.Never), null, null, null, null),
                Trade("{}") with { Trade = Trade("{}").Trade with { ExitReason = $"stop hit api_key={Marker}-r7", Strategy = $"pwd={Marker}-s7" } },
            ]);
        }

        var found = await ScanAsync(home, new SecretScanOptions());
        PlainSecrets[] expected =
        [
            new("trades", "exit_reason", PlainSecretKind.Text, 1, false), new("trades", "strategy", PlainSecretKind.Name, 1, false),
            new("users", "name", PlainSecretKind.Text, 1, false),
        ];
        Assert.Equal(expected, found.Found);

        var masked = await ScanAsync(home, new SecretScanOptions(MaskTexts: true));
        Assert.Equal((2L, 1L, false), (masked.SealedRecords, masked.Left, masked.Ok));
        Assert.Equal([expected[1]], (await ScanAsync(home, new SecretScanOptions())).Found);
        await using var reader = await NexusDb.OpenAsync(Options(home));
        Assert.Equal($"stop hit {Secret.Mask}", (await reader.Trades.ListAsync().SingleAsync(Token)).ExitReason);
        Assert.DoesNotContain(Marker, (await reader.Users.GetAsync(9))!.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writers_that_go_on_meanwhile_lose_nothing()
    {
        await using var home = await CreateHomeAsync();
        await PlantAsync(home);
        await using var bot = await NexusDb.OpenAsync(Options(home));
        using var stop = new CancellationTokenSource();
        var count = 0;
        var writer = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    await bot.Sessions.PatchConfigAsync(1 + (count % 3), StateJson.Parse($$"""{"count{{count % 3}}":{{count}}}"""),
                        cancellationToken: Token);
                    count++;
                }
            },
            Token);
        await Eventually.TrueAsync(() => count > 5);

        var report =
            await new SecretScan(bot.Store, bot.Store, bot.Sealer, new SecretScanOptions(), NullLogger<SecretScan>.Instance).RunAsync(null, Token);
        await stop.CancelAsync();
        await writer;

        Assert.Equal(
            0,
            (await new SecretScan(bot.Store, bot.Store, bot.Sealer, new SecretScanOptions(), NullLogger<SecretScan>.Instance).RunAsync(null, Token))
            .Left);
        Assert.True(report.SealedRecords + report.Remaining >= Sessions, $"{report.SealedRecords} sealed, {report.Remaining} left");
        for (var last = count - 1; last > count - 4; last--)
        {
            var config = (await bot.Sessions.GetAsync(1 + (last % 3), Token))!.Config;
            Assert.Equal(last, config.Root.GetProperty($"count{last % 3}").GetInt32());
            Assert.Contains($"{Marker}-secret-{1 + (last % 3)}\"", config.Reveal(), StringComparison.Ordinal);
        }
    }

    protected abstract Task<StoreHome> CreateHomeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private NexusOptions Options(StoreHome home)
    {
        var options = home.CreateOptions();
        options.Keys = _keys;
        return options;
    }

    private Task<SecretScanReport> ScanAsync(StoreHome home, SecretScanOptions scan) =>
        KeyMaintenance.ScanAsync(Options(home), scan, NullLoggerFactory.Instance, TimeProvider.System, null, Token);

    /// <summary>Writes below the layer that seals, as a version that did not know these names did.</summary>
    private async Task PlantAsync(StoreHome home)
    {
        await using var db = await NexusDb.OpenAsync(Options(home));
        await ApplyAsync(db,
        [
            .. Enumerable.Range(1, Sessions).Select(chat => new SaveSession($"{chat}", SealedField.Keep, SealedField.Keep, Config(chat), null)),
            new SetSystemConfig("settings", Encoding.UTF8.GetBytes($$$"""{"smtp":{"clave":"{{{Marker}}}-of-a-setting"}}"""), null, null),
            new ChangeBotState(Groups: Encoding.UTF8.GetBytes($$"""{"webhook_clave":"{{Marker}}-of-the-switches"}""")),
            Trade($$"""{"clave":"{{Marker}}-of-a-trade","note":"calm"}"""),
        ]);
    }

    private static byte[] Config(int chat) => Encoding.UTF8.GetBytes(
        $$$"""{"mode":"PILOT","okx":{"phrase":"{{{Marker}}}-secret-{{{chat}}}"},"smtp":{"clave":"{{{Marker}}}-word-{{{chat}}}"}}""");

    private static OpenTrade Trade(string metadata) => new(new TradeRow
    {
        Id = TradeId,
        ChatId = "1",
        Symbol = "BTC",
        Side = TradeSide.Long,
        EntryPrice = 1,
        Quantity = 1,
        EntryTimestamp = DateTimeOffset.FromUnixTimeSeconds(1_780_000_000),
        Metadata = Encoding.UTF8.GetBytes(metadata),
    });

    private static async Task ApplyAsync(NexusDb db, IReadOnlyList<Write> writes) =>
        Assert.All(await db.Store.ApplyAsync(writes, atomic: false, Token), outcome => Assert.True(outcome.IsApplied, outcome.Error?.Message));

    /// <summary>What the store holds, as it holds it.</summary>
    private async Task<string> ReadRowsAsync(StoreHome home)
    {
        await using var db = await NexusDb.OpenAsync(Options(home));
        var text = new StringBuilder();
        await foreach (var row in db.Store.ListSessionsAsync(new(),
            Token)) text.AppendLine($"{row.ChatId} {row.ApiKey} {Encoding.UTF8.GetString(row.Config.Span)} {row.Version}");
        await foreach (var row in db.Store.ListTradesAsync(new(),
            Token)) text.AppendLine($"{row.Id} {Encoding.UTF8.GetString(row.Metadata.Span)} {row.Version}");
        await foreach (var row in db.Store.ListSystemConfigAsync(
            Token)) text.AppendLine($"{row.Key} {Encoding.UTF8.GetString(row.Value.Span)} {row.Version}");
        text.AppendLine(Encoding.UTF8.GetString((await db.Store.GetBotStateAsync(Token)).Groups.Span));
        return text.ToString();
    }
}

public sealed class SqliteSecretScanTests : SecretScanTests
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class PostgresSecretScanTests : SecretScanTests
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateEmptyAsync();
}
