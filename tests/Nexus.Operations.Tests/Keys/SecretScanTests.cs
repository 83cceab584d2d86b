using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Operations.Keys;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.SystemConfig;
using Nexus.Trades;

namespace Nexus.Operations.Tests.Keys;

/// <summary>Secrets that an older version left in plain text.</summary>
public abstract class SecretScanTests
{
    /// <summary>More than two batches of the scan.</summary>
    private const int Sessions = 450;

    /// <summary>In every planted secret and in nothing else.</summary>
    private const string Marker = "Pl4in";

    private static readonly Guid TradeId = Guid.CreateVersion7();

    private static readonly PlainSecrets[] Planted =
    [
        new("bot_state", "group_config: webhook_secret", 1),
        new("sessions", "config: bybit_api_secret", Sessions),
        new("sessions", "config: password", Sessions),
        new("system_config", "value: password", 1),
        new("trades", "metadata: api_secret", 1),
    ];

    private readonly string _keys = KeyRing.GenerateKey();

    [Fact]
    public async Task They_are_counted_by_field_without_their_values_and_nothing_is_changed()
    {
        await using var home = await CreateHomeAsync();
        await PlantAsync(home);
        var before = await ReadRowsAsync(home);

        var report = await ScanAsync(home, apply: false);

        Assert.Equal(Planted, report.Sealable);
        Assert.Empty(report.Unsealable);
        Assert.Equal((false, false, 0L), (report.Applied, report.Ok, report.SealedRecords));
        Assert.DoesNotContain(Marker, JsonSerializer.Serialize(report, KeyReportJson.Default.SecretScanReport), StringComparison.Ordinal);
        Assert.Equal(before, await ReadRowsAsync(home));
    }

    [Fact]
    public async Task They_are_sealed_once_and_read_as_before()
    {
        await using var home = await CreateHomeAsync();
        await PlantAsync(home);
        Assert.Contains(Marker, await ReadRowsAsync(home), StringComparison.Ordinal);

        var applied = await ScanAsync(home, apply: true);
        Assert.Equal(Planted, applied.Sealable);
        Assert.Equal((true, Sessions + 3L, 0L), (applied.Ok, applied.SealedRecords, applied.Remaining));
        Assert.DoesNotContain(Marker, await ReadRowsAsync(home), StringComparison.Ordinal);

        var again = await ScanAsync(home, apply: true);
        Assert.Empty(again.Sealable);
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
    public async Task Plain_text_in_a_secret_column_is_named_and_never_sealed_in_place()
    {
        await using var home = await CreateHomeAsync();
        await using (var db = await NexusDb.OpenAsync(Options(home)))
            await ApplyAsync(db, [new SaveSession("1", SealedField.Set($"{Marker}-key"), SealedField.Keep, "{}"u8.ToArray(), null)]);

        var report = await ScanAsync(home, apply: true);

        Assert.Equal([new PlainSecrets("sessions", "api_key", 1)], report.Unsealable);
        Assert.Equal((false, 0L), (report.Ok, report.SealedRecords));
        Assert.Contains($"{Marker}-key", await ReadRowsAsync(home), StringComparison.Ordinal);
    }

    protected abstract Task<StoreHome> CreateHomeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private NexusOptions Options(StoreHome home)
    {
        var options = home.CreateOptions();
        options.Keys = _keys;
        return options;
    }

    private Task<SecretScanReport> ScanAsync(StoreHome home, bool apply) =>
        KeyMaintenance.ScanAsync(Options(home), apply, NullLoggerFactory.Instance, TimeProvider.System, null, Token);

    /// <summary>Writes below the layer that seals, as a version that did not know these names did.</summary>
    private async Task PlantAsync(StoreHome home)
    {
        await using var db = await NexusDb.OpenAsync(Options(home));
        await ApplyAsync(db,
        [
            .. Enumerable.Range(1, Sessions).Select(chat => new SaveSession($"{chat}", SealedField.Keep, SealedField.Keep,
                Encoding.UTF8.GetBytes($$$"""{"mode":"PILOT","bybit_api_secret":"{{{Marker}}}-secret-{{{chat}}}","smtp":{"password":"{{{Marker}}}-word-{{{chat}}}"}}"""), null)),
            new SetSystemConfig("settings", Encoding.UTF8.GetBytes($$$"""{"smtp":{"password":"{{{Marker}}}-of-a-setting"}}"""), null, null),
            new ChangeBotState(Groups: Encoding.UTF8.GetBytes($$"""{"webhook_secret":"{{Marker}}-of-the-switches"}""")),
            new OpenTrade(new TradeRow
            {
                Id = TradeId, ChatId = "1", Symbol = "BTC", Side = TradeSide.Long, EntryPrice = 1, Quantity = 1, EntryTimestamp = DateTimeOffset.FromUnixTimeSeconds(1_780_000_000),
                Metadata = Encoding.UTF8.GetBytes($$"""{"api_secret":"{{Marker}}-of-a-trade","note":"calm"}"""),
            }),
        ]);
    }

    private static async Task ApplyAsync(NexusDb db, IReadOnlyList<Write> writes) =>
        Assert.All(await db.Store.ApplyAsync(writes, atomic: false, Token), outcome => Assert.True(outcome.IsApplied, outcome.Error?.Message));

    /// <summary>What the store holds, as it holds it.</summary>
    private async Task<string> ReadRowsAsync(StoreHome home)
    {
        await using var db = await NexusDb.OpenAsync(Options(home));
        var text = new StringBuilder();
        await foreach (var row in db.Store.ListSessionsAsync(new(), Token)) text.AppendLine($"{row.ChatId} {row.ApiKey} {Encoding.UTF8.GetString(row.Config.Span)} {row.Version}");
        await foreach (var row in db.Store.ListTradesAsync(new(), Token)) text.AppendLine($"{row.Id} {Encoding.UTF8.GetString(row.Metadata.Span)} {row.Version}");
        await foreach (var row in db.Store.ListSystemConfigAsync(Token)) text.AppendLine($"{row.Key} {Encoding.UTF8.GetString(row.Value.Span)} {row.Version}");
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
