using System.Text;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Trades;

namespace Nexus.StoreContract.Front;

/// <summary>Plain secrets exist only in the values that callers reveal.</summary>
public abstract class SecretsContract : FrontContract
{
    // Made up for this test; long enough that none is found by chance.
    private static readonly string[] Plain =
    [
        "plain-api-key-4f81c0d2b7", "plain-api-secret-93ab77e1c4", "plain-bybit-key-1d20fe55a0", "plain-bybit-secret-77cc01ab3e",
        "plain-alpaca-key-5e6f708192",
        "plain-alpaca-secret-a1b2c3d4e5", "plain-binance-key-0f1e2d3c4b", "plain-binance-secret-998877665544", "plainproxypassword31415",
        "plain-telegram-token-2718281828",
        "plain-metadata-key-1618033988", "plain-nested-password-4669201609", "plain-batch-key-5772156649", "plain-batch-secret-6931471805",
        "plain-patch-key-1414213562",
        "plain-state-token-2236067977",
    ];

    private readonly List<Exception> _errors = [];

    [Fact]
    public async Task After_a_full_run_no_plain_secret_is_in_a_table_a_log_an_error_or_a_listing()
    {
        await UseEverythingAsync();

        // While it is open, so that the write-ahead log is among what is read, and after it was closed.
        AssertNoPlainSecret("what is stored", await Home.ReadEverythingAsync());
        var listing = new StringBuilder();
        await foreach (var session in Db.Sessions.ListAsync(cancellationToken: Token))
            listing.AppendLine($"{session} {session.Config} {session.Config.Root} {System.Text.Json.JsonSerializer.Serialize(session.ApiKey)}");
        await foreach (var entry in Db.SystemConfig.ListAsync(Token)) listing.AppendLine($"{entry} {entry.Value} {entry.Value.Root}");
        await foreach (var trade in Db.Trades.ListAsync(cancellationToken: Token)) listing.AppendLine($"{trade} {trade.Metadata}");
        listing.Append((await Db.BotState.GetAsync(Token)).GroupConfig);
        await CloseAsync();
        AssertNoPlainSecret("what is stored", await Home.ReadEverythingAsync());
        AssertNoPlainSecret("a listing", Encoding.UTF8.GetBytes(listing.ToString()));
        AssertNoPlainSecret("the logs", Encoding.UTF8.GetBytes(Logs.Everything));
        Assert.True(_errors.Count >= 8, "the run should have met errors");
        AssertNoPlainSecret("the errors", Encoding.UTF8.GetBytes(string.Join('\n', _errors)));
    }

    [Fact]
    public async Task The_run_of_the_test_above_does_store_what_it_looks_for()
    {
        await UseEverythingAsync();

        var revealed = new StringBuilder();
        await foreach (var session in Db.Sessions.ListAsync(cancellationToken: Token))
            revealed.AppendLine($"{session.ApiKey?.Reveal()} {session.ApiSecret?.Reveal()} {session.Config.Reveal()}");
        await foreach (var entry in Db.SystemConfig.ListAsync(Token)) revealed.AppendLine(entry.Value.Reveal());
        await foreach (var trade in Db.Trades.ListAsync(cancellationToken: Token)) revealed.AppendLine(trade.Metadata.Reveal());
        revealed.Append((await Db.BotState.GetAsync(Token)).GroupConfig.Reveal());
        Assert.All(Plain, secret => Assert.Contains(secret, revealed.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_sealed_value_of_another_chat_or_field_is_refused_and_so_is_one_that_was_cut()
    {
        await Db.Sessions.SaveAsync(Session(1, """{"bybit_api_key":"by-key"}"""), cancellationToken: Token);
        var stored = (await Db.Store.GetSessionsAsync(["1"], Token))[0];
        var configKey = System.Text.Json.JsonDocument.Parse(stored.Config).RootElement.GetProperty("bybit_api_key").GetString()!;

        foreach (var foreign in new[] { stored.ApiKey!, stored.ApiKey![..^5], stored.ApiKey![..8], "nx1.", "nx1.00000000.AAAA" })
        {
            await RefusedAsync("apiKey", () => Db.Sessions.SaveAsync(Session(2, apiKey: foreign), cancellationToken: Token));
            await RefusedAsync("apiSecret", () => Db.Sessions.SaveAsync(Session(1, apiSecret: foreign), cancellationToken: Token));
        }
        await RefusedAsync("config.bybit_api_key", () => Db.Sessions.SaveAsync(Session(2, $$"""{"bybit_api_key":"{{configKey}}"}"""),
            cancellationToken: Token));
        await RefusedAsync("config.other_api_key", () => Db.Sessions.PatchConfigAsync(1, StateJson.Parse($$"""{"other_api_key":"{{configKey}}"}"""),
            cancellationToken: Token));

        Assert.Null(await Db.Sessions.GetAsync(2, Token));
        // In its own place it is welcome.
        await Db.Sessions.SaveAsync(Session(1, $$"""{"bybit_api_key":"{{configKey}}"}""", apiKey: stored.ApiKey), cancellationToken: Token);
        var session = (await Db.Sessions.GetAsync(1, Token))!;
        Assert.Equal("key", session.ApiKey!.Reveal());
        AssertJson("""{"bybit_api_key":"by-key"}""", session.Config.Reveal());
    }

    [Fact]
    public async Task A_stored_value_that_does_not_open_spoils_only_itself()
    {
        await Db.Sessions.SaveBatchAsync([Session(1, """{"bybit_api_key":"by-key"}"""), Session(2)], Token);
        var stored = (await Db.Store.GetSessionsAsync(["2"], Token))[0];
        var moved = new SaveSession("1", SealedField.Set(stored.ApiKey), SealedField.Keep, Make.Utf8("""{"mode":"PILOT"}"""), null);
        await Db.Store.ApplyAsync([moved], atomic: false, Token);

        var session = (await Db.Sessions.GetAsync(1, Token))!;

        var error = Assert.Throws<SecretUnreadableException>(session.ApiKey!.Reveal);
        Assert.Contains("1", error.Field, StringComparison.Ordinal);
        Assert.Equal(Db.KeyIds[0], error.KeyId);
        Assert.Equal("secret", session.ApiSecret!.Reveal());
        AssertJson("""{"mode":"PILOT"}""", session.Config.Reveal());
        Assert.Equal(2, (await ToListAsync(Db.Sessions.ListAsync(cancellationToken: Token))).Count);
    }

    [Fact]
    public async Task Starting_with_a_wrong_key_is_refused_by_the_id_of_the_missing_one()
    {
        var (right, wrong) = (KeyRing.GenerateKey(), KeyRing.GenerateKey());
        await using var home = await CreateHomeAsync();
        await using (var db = await OpenAtAsync(home, right)) await db.Sessions.SaveAsync(Session(1, apiKey: "k1"), cancellationToken: Token);
        var rightId = KeyRing.Parse(right, null).PrimaryId;

        var error = await Assert.ThrowsAsync<NexusConfigurationException>(() => OpenAtAsync(home, wrong));

        Assert.Contains(rightId, error.Message, StringComparison.Ordinal);
        Assert.Equal("Keys", error.Setting);
        Assert.DoesNotContain(wrong, error.ToString(), StringComparison.Ordinal);
        await using var again = await OpenAtAsync(home, right);
        Assert.Equal("k1", (await again.Sessions.GetAsync(1, Token))!.ApiKey!.Reveal());
    }

    [Fact]
    public async Task A_new_key_in_front_seals_and_the_old_one_still_opens()
    {
        var (old, fresh) = (KeyRing.GenerateKey(), KeyRing.GenerateKey());
        await using var home = await CreateHomeAsync();
        await using (var db = await OpenAtAsync(home, old)) await db.Sessions.SaveAsync(Session(1, apiKey: "k1"), cancellationToken: Token);

        await using var both = await OpenAtAsync(home, $"{fresh},{old}");
        await both.Sessions.SaveAsync(Session(2, apiKey: "k2"), cancellationToken: Token);

        Assert.Equal("k1", (await both.Sessions.GetAsync(1, Token))!.ApiKey!.Reveal());
        Assert.Equal("k2", (await both.Sessions.GetAsync(2, Token))!.ApiKey!.Reveal());
        var rows = await both.Store.GetSessionsAsync(["1", "2"], Token);
        Assert.Equal([both.KeyIds[1], both.KeyIds[0]], rows.OrderBy(row => row.ChatId).Select(row => Sealer.KeyIdOf(row.ApiKey)));
    }

    private static Task<NexusDb> OpenAtAsync(StoreHome home, string keys)
    {
        var options = home.CreateOptions();
        options.Keys = keys;
        return NexusDb.OpenAsync(options, cancellationToken: Token);
    }

    private static async Task RefusedAsync(string field, Func<Task> call) =>
        Assert.Equal(field, (await Assert.ThrowsAsync<NexusValidationException>(call)).Field);

    private async Task UseEverythingAsync()
    {
        var config = $$"""
            {"mode":"PILOT","bybit_api_key":"{{Plain[2]}}","bybit_api_secret":"{{Plain[3]}}","alpaca_key":"{{Plain[4]}}",
             "alpaca_secret":"{{Plain[5]}}","binance_api_key":"{{Plain[6]}}","binance_api_secret":"{{Plain[7]}}",
             "http_proxy":"http://user:{{Plain[8]}}@proxy.example:8080",
             "list":[{"password":"{{Plain[11]}}"}]}
            """;
        await Db.Sessions.SaveAsync(Session(1, config, Plain[0], Plain[1]), cancellationToken: Token);
        await Db.Sessions.SaveAsync((await Db.Sessions.GetAsync(1, Token))!, cancellationToken: Token);
        await Db.Sessions.SaveBatchAsync([Session(2, apiKey: Plain[12]), Session(3, apiSecret: Plain[13])], Token);
        await Db.Sessions.PatchConfigAsync(2, StateJson.Parse($$"""{"api_key":"{{Plain[14]}}"}"""), cancellationToken: Token);
        await Db.SystemConfig.SaveAsync("telegram_token", StateJson.Parse($"\"{Plain[9]}\""), cancellationToken: Token);
        await Db.BotState.PatchAsync(new BotSwitchesPatch { GroupConfig = StateJson.Parse($$"""{"webhook":{"token":"{{Plain[15]}}"} }""") },
            cancellationToken: Token);
        var trade = (await Db.Trades.OpenAsync(Trade(1) with { Metadata = StateJson.Parse($$"""{"api_key":"{{Plain[10]}}"}""") }, Token)).Trade;
        await Db.Trades.CloseAsync(trade.Id, new TradeClose { ExitPrice = 1m }, cancellationToken: Token);

        await FailAsync(() => Db.Sessions.SaveAsync(Session(1, config + "}", Plain[0], Plain[1]), cancellationToken: Token));
        await FailAsync(() => Db.Sessions.SaveAsync(Session(1, config, Plain[0] + "\0", Plain[1]), cancellationToken: Token));
        await FailAsync(() => Db.Sessions.SaveAsync(Session(1, config.Replace(Plain[2], Plain[2] + "\\u0000", StringComparison.Ordinal), Plain[0],
            Plain[1]), cancellationToken: Token));
        await FailAsync(() => Db.Sessions.SaveAsync(Session(1, config, Plain[0], Plain[1]), expectedVersion: 99, cancellationToken: Token));
        await FailAsync(() => Db.Sessions.SaveBatchAsync([Session(4, config, Plain[0], Plain[1]), Session(4, config, Plain[0], Plain[1])], Token));
        await FailAsync(() => Db.Sessions.SaveAsync(Session(1, $$"""{"bybit_api_key":"{{Plain[2]}}" """), cancellationToken: Token));
        await FailAsync(() => Db.SystemConfig.SaveAsync("telegram_token", StateJson.Parse($"\"{Plain[9]}"), cancellationToken: Token));
        await FailAsync(() => Db.Sessions.PatchConfigAsync(99, StateJson.Parse($$"""{"api_key":"{{Plain[14]}}"}"""), cancellationToken: Token));
        await FailAsync(() => Db.Trades.OpenAsync(Trade(1) with { Symbol = "", Metadata = StateJson.Parse($$"""{"api_key":"{{Plain[10]}}"}""") },
            Token));
    }

    private async Task FailAsync(Func<Task> call) => _errors.Add(await Assert.ThrowsAnyAsync<NexusException>(call));

    private static void AssertNoPlainSecret(string where, byte[] bytes)
    {
        Assert.NotEmpty(bytes);
        foreach (var secret in Plain)
        {
            var utf8 = Encoding.UTF8.GetBytes(secret);
            // Its first half tells of a log that cuts values; the others of somebody who only encodes.
            byte[][] forms = [utf8, utf8[..14], Encoding.Unicode.GetBytes(secret), Encoding.UTF8.GetBytes(Convert.ToBase64String(utf8)),
                Encoding.UTF8.GetBytes(Convert.ToHexStringLower(utf8))];
            Assert.All(forms, form => Assert.True(bytes.AsSpan().IndexOf(form) < 0, $"a plain secret is in {where}"));
        }
    }
}
