using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Chats;
using Nexus.Dispatch;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.StoreContract.Front;

/// <summary>Whatever breaks a limit is refused with the field's name and the limit, and nothing is written.</summary>
public abstract class BadInputContract : FrontContract
{
    private const int MaxBytes = 262_144;

    [Theory]
    [InlineData("", "empty")]
    [InlineData("abc", "number")]
    [InlineData("12 ", "number")]
    [InlineData("+12", "number")]
    [InlineData("-", "number")]
    [InlineData("1\u0000", "number")]
    [InlineData("١٢", "number")]
    [InlineData("123456789012345678901234567890123456789012345678901", "50")]
    public async Task A_chat_id_that_is_none(string chatId, string limit)
    {
        await RefusedAsync("chatId", limit, () => Db.Sessions.SaveAsync(Session(ChatId.Parse(chatId)), cancellationToken: Token));
        Assert.False(ChatId.TryParse(chatId, out _));
        await NothingIsStoredAsync();
    }

    [Fact]
    public async Task The_longest_chat_id_is_one()
    {
        var longest = "-" + new string('9', 49);
        await Db.Sessions.SaveAsync(Session(ChatId.Parse(longest)), cancellationToken: Token);
        await Db.Users.SaveAsync(ChatId.Parse(longest), "Ana", days: null, cancellationToken: Token);
        await Db.Trades.OpenAsync(Trade(ChatId.Parse(longest)), Token);

        Assert.NotNull(await Db.Sessions.GetAsync(ChatId.Parse(longest), Token));
        Assert.Single(await ToListAsync(Db.Trades.ListAsync(new TradeFilter { ChatId = ChatId.Parse(longest) }, Token)));
    }

    [Theory]
    [InlineData("[]", "object")]
    [InlineData("\"text\"", "object")]
    [InlineData("null", "object")]
    [InlineData("12", "object")]
    [InlineData("{", "JSON")]
    [InlineData("", "")]
    [InlineData("{} {}", "JSON")]
    [InlineData("""{"a":1,}""", "JSON")]
    [InlineData("""{"a":1,"a":2}""", "a")]
    [InlineData("""{"a":NaN}""", "JSON")]
    [InlineData("{\"a\":\"x\u0000y\"}", "")]
    [InlineData("""{"a":"x\u0000y"}""", "NUL")]
    [InlineData("""{"a\u0000":1}""", "NUL")]
    [InlineData("""{"a":"\ud800"}""", "surrogate")]
    [InlineData("""{"a":["\udc00x"]}""", "surrogate")]
    [InlineData("""{"a":1e999999}""", "")]
    public async Task A_config_that_is_no_JSON_object_of_ours(string config, string limit)
    {
        await Db.Sessions.SaveAsync(Session(1, """{"stored":1}"""), cancellationToken: Token);

        await RefusedAsync("config", limit, () => Db.Sessions.SaveAsync(Session(1, config), cancellationToken: Token));
        await RefusedAsync("config", limit, () => Db.Sessions.PatchConfigAsync(1, StateJson.Parse(config), cancellationToken: Token));
        await RefusedAsync("sessions[1].config", limit, () => Db.Sessions.SaveBatchAsync([Session(2), Session(1, config)], Token));

        AssertJson("""{"stored":1}""", (await Db.Sessions.GetAsync(1, Token))!.Config.Reveal());
        Assert.Null(await Db.Sessions.GetAsync(2, Token));
    }

    [Fact]
    public async Task A_config_of_bytes_that_are_no_text()
    {
        await RefusedAsync("config", "UTF-8", () => Db.Sessions.SaveAsync(
            new Session(1, null, null, StateJson.Parse(new byte[] { (byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}' })),
            cancellationToken: Token));
        await NothingIsStoredAsync();
    }

    [Fact]
    public async Task A_config_over_256_KiB()
    {
        var largest = Sized(MaxBytes);
        await Db.Sessions.SaveAsync(Session(1, largest), cancellationToken: Token);
        AssertJson(largest, (await Db.Sessions.GetAsync(1, Token))!.Config.Reveal());

        var error = await RefusedAsync("config", $"{MaxBytes}", () =>
            Db.Sessions.SaveAsync(Session(2, Sized(MaxBytes + 1)), cancellationToken: Token));
        Assert.True(error.IsTooLarge);
        Assert.True((await RefusedAsync("sessions[0].config", $"{MaxBytes}", () =>
            Db.Sessions.SaveBatchAsync([Session(2, Sized(MaxBytes + 1))], Token))).IsTooLarge);
        Assert.True((await RefusedAsync("config", $"{MaxBytes}", () =>
            Db.Sessions.PatchConfigAsync(1, StateJson.Parse("""{"more":"0123456789"}"""), cancellationToken: Token))).IsTooLarge);
        Assert.Null(await Db.Sessions.GetAsync(2, Token));
        AssertJson(largest, (await Db.Sessions.GetAsync(1, Token))!.Config.Reveal());

        static string Sized(int bytes) => "{\"a\":\"" + new string('x', bytes - 8) + "\"}";
    }

    [Fact]
    public async Task A_config_nested_deeper_than_64_levels()
    {
        var deepest = Nested(64);
        await Db.Sessions.SaveAsync(Session(1, deepest), cancellationToken: Token);
        AssertJson(deepest, (await Db.Sessions.GetAsync(1, Token))!.Config.Reveal());
        AssertJson(deepest, (await Db.Sessions.GetAsync(1, Token))!.Config.ToString());

        await RefusedAsync("config", "64", () => Db.Sessions.SaveAsync(Session(2, Nested(65)), cancellationToken: Token));
        await RefusedAsync("config", "64", () => Db.Sessions.PatchConfigAsync(1, StateJson.Parse(Nested(65)), cancellationToken: Token));
        Assert.Null(await Db.Sessions.GetAsync(2, Token));

        static string Nested(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1);
    }

    [Fact]
    public async Task A_config_that_patches_make_deeper_than_64_levels_stays_readable()
    {
        await Db.Sessions.SaveAsync(Session(1, "{}"), cancellationToken: Token);

        var patch = string.Concat(Enumerable.Repeat("{\"a\":", 63)) + "{}" + new string('}', 63);
        await Db.Sessions.PatchConfigAsync(1, StateJson.Parse(patch), cancellationToken: Token);

        AssertJson(patch, (await Db.Sessions.GetAsync(1, Token))!.Config.Reveal());
        Assert.Single(await ToListAsync(Db.Sessions.ListAsync(cancellationToken: Token)));
    }

    [Fact]
    public async Task An_exchange_key_that_no_store_can_hold()
    {
        // No theory: an attribute holds UTF-8, which has no lone surrogates.
        foreach (var (secret, limit) in new[] { ("a\u0000b", "NUL"), ("a\ud800", "surrogate"), ("\udc00b", "surrogate"), (Secret.Mask, "mask") })
        {
            await RefusedAsync("apiKey", limit, () => Db.Sessions.SaveAsync(Session(1, apiKey: secret), cancellationToken: Token));
            await RefusedAsync("apiSecret", limit, () => Db.Sessions.SaveAsync(Session(1, apiSecret: secret), cancellationToken: Token));
        }
        await NothingIsStoredAsync();
    }

    [Fact]
    public async Task An_exchange_key_that_is_too_long()
    {
        await RefusedAsync("apiKey", "16384", () => Db.Sessions.SaveAsync(Session(1, apiKey: new string('k', 16_385)), cancellationToken: Token));
        await NothingIsStoredAsync();
    }

    [Fact]
    public async Task A_batch_with_one_bad_member_or_with_a_chat_twice()
    {
        await Db.Sessions.SaveAsync(Session(1, """{"stored":1}"""), cancellationToken: Token);

        await RefusedAsync("sessions[2].config", "object", () => Db.Sessions.SaveBatchAsync([Session(1), Session(2), Session(3, "[]")], Token));
        await RefusedAsync("sessions[2].chatId", "sessions[0]", () => Db.Sessions.SaveBatchAsync([Session(2), Session(3), Session(2)], Token));

        AssertJson("""{"stored":1}""", (await Db.Sessions.GetAsync(1, Token))!.Config.Reveal());
        Assert.Single(await ToListAsync(Db.Sessions.ListAsync(cancellationToken: Token)));
    }

    [Fact]
    public async Task Pages_and_versions_that_are_none()
    {
        await RefusedAsync("limit", "1", () => ToListAsync(Db.Sessions.ListAsync(limit: 0, cancellationToken: Token)));
        await RefusedAsync("limit", "1", () => ToListAsync(Db.Trades.ListAsync(new TradeFilter { Limit = -1 }, Token)));
        await RefusedAsync("expectedVersion", "0", () => Db.Sessions.SaveAsync(Session(1), expectedVersion: -1, cancellationToken: Token));
        await RefusedAsync("expectedVersion", "0", () => Db.Users.DeleteAsync(1, -1, Token));
        await RefusedAsync("days", "1", () => Db.Trades.GetPerformanceAsync(days: 0, cancellationToken: Token));
        await RefusedAsync("days", "36500", () => Db.Trades.GetPerformanceAsync(days: 36_501, cancellationToken: Token));
        await RefusedAsync("mode", "100", () => ToListAsync(Db.Sessions.ListAsync(mode: new string('m', 101), cancellationToken: Token)));
        await RefusedAsync("mode", "NUL", () => ToListAsync(Db.Sessions.ListAsync(mode: "a\0", cancellationToken: Token)));
        await RefusedAsync("strategy", "surrogate", () => ToListAsync(Db.Sessions.ListAsync(strategy: "a\ud800", cancellationToken: Token)));
        await RefusedAsync("symbol", "64", () => ToListAsync(Db.Trades.ListAsync(new TradeFilter { Symbol = new string('s', 65) }, Token)));
        await NothingIsStoredAsync();
    }

    [Fact]
    public async Task A_user_beyond_the_limits()
    {
        var longest = string.Concat(Enumerable.Repeat("🚀", 256));
        await Db.Users.SaveAsync(1, longest, days: null, cancellationToken: Token);
        Assert.Equal(longest, (await Db.Users.GetAsync(1, Token))!.Name);

        await RefusedAsync("name", "256", () => SaveAsync(new UserChange { Name = new string('n', 257) }));
        await RefusedAsync("name", "NUL", () => SaveAsync(new UserChange { Name = "a\0" }));
        await RefusedAsync("name", "surrogate", () => SaveAsync(new UserChange { Name = "\ud83d" }));
        await RefusedAsync("role", "admin", () => SaveAsync(new UserChange { Role = (UserRole)7 }));
        await RefusedAsync("timezone", "50", () => SaveAsync(new UserChange { TimeZone = new string('z', 51) }));
        foreach (var zone in new[] { "not a zone!", "UTC\n", "\nUTC", "UTC\r", "UTC\u2028" })
            await RefusedAsync("timezone", "Europe/Madrid", () => SaveAsync(new UserChange { TimeZone = zone }));
        await RefusedAsync("days", "36500", () => SaveAsync(new UserChange { Days = 36_501 }));
        await RefusedAsync("days", "1", () => SaveAsync(new UserChange { Days = 0 }));
        await RefusedAsync("days", "1", () => Db.Users.ExtendAsync(1, 0, Token));
        await RefusedAsync("days", "36500", () => Db.Users.ExtendAsync(1, int.MaxValue, Token));
        await RefusedAsync("expiresAt", "days", () => SaveAsync(new UserChange { ExpiresAt = Make.Noon, Days = 5 }));
        await RefusedAsync("groups", "object", () => SaveAsync(new UserChange { Groups = StateJson.Parse("[]") }));
        await RefusedAsync("groups.CRYPTO", "true", () => SaveAsync(new UserChange { Groups = StateJson.Parse("""{"CRYPTO":"yes"}""") }));

        Assert.Equal(1, (await Db.Users.GetAsync(1, Token))!.Version);
        Task SaveAsync(UserChange change) => Db.Users.SaveAsync(1, change, cancellationToken: Token);
    }

    [Fact]
    public async Task Switches_beyond_the_limits()
    {
        await RefusedAsync("strategy", "empty", () => Db.BotState.SetStrategyAsync("", true, Token));
        await RefusedAsync("strategy", "256", () => Db.BotState.SetStrategyAsync(new string('s', 257), true, Token));
        await RefusedAsync("group", "NUL", () => Db.BotState.SetGroupAsync("a\0", true, Token));
        await RefusedAsync("asset", "64", () => Db.BotState.DisableAssetAsync(new string('a', 65), Token));
        await RefusedAsync("asset", "empty", () => Db.BotState.EnableAssetAsync("", Token));
        await RefusedAsync("disabledAssets[1]", "surrogate", () =>
            Db.BotState.SaveAsync(new BotSwitches { DisabledAssets = ["BTC", "\udfff"] }, cancellationToken: Token));
        var tooMany = await RefusedAsync("disabledAssets", "10000", () =>
            Db.BotState.SaveAsync(new BotSwitches { DisabledAssets = [.. Enumerable.Range(0, 10_001).Select(i => $"A{i}")] },
                cancellationToken: Token));
        await RefusedAsync("enabledStrategies", "object", () =>
            Db.BotState.PatchAsync(new BotSwitchesPatch { EnabledStrategies = StateJson.Parse("[]") }, cancellationToken: Token));
        await RefusedAsync("groupConfig", "object", () => Db.BotState.SaveAsync(new BotSwitches { GroupConfig = StateJson.Parse("1") },
            cancellationToken: Token));

        Assert.True(tooMany.IsTooLarge);
        Assert.Equal(0, (await Db.BotState.GetAsync(Token)).Version);
    }

    /// <summary>One rule wherever a record is found by a name.</summary>
    [Theory]
    [InlineData(" \t")]
    [InlineData("\u00A0")]
    [InlineData("TREND\n")]
    [InlineData("a\u007Fb")]
    [InlineData("a\u0085b")]
    [InlineData("a\u200Bb")]
    [InlineData("a\u202Eb")]
    [InlineData("\uFEFFa")]
    [InlineData("a\u2028b")]
    public async Task A_name_that_nobody_sees_as_it_is(string name)
    {
        var (trade, values) = (Trade(1), new CalibrationValues());
        var fill = new TradeFill { OrderId = "1", Side = FillSide.Entry, Price = 1, Quantity = 1 };
        var task = new NewTask { ChatId = 1, Action = name, Schedule = TaskSchedule.Every(TimeSpan.FromHours(1)) };
        await HiddenAsync("symbol", () => Db.Trades.OpenAsync(trade with { Symbol = name }, Token));
        await HiddenAsync("strategy", () => Db.Trades.OpenAsync(trade with { Strategy = name }, Token));
        await HiddenAsync("exchange", () => Db.Trades.OpenAsync(trade with { Exchange = name }, Token));
        await HiddenAsync("exchange", () => Db.Trades.OpenAsync(trade with { Fills = [fill with { Exchange = name }] }, Token));
        await HiddenAsync("feeCurrency", () => Db.Trades.OpenAsync(trade with { Fills = [fill with { FeeCurrency = name }] }, Token));
        await HiddenAsync("strategy", () => Db.Calibration.SaveAsync(1, name, values, cancellationToken: Token));
        await HiddenAsync("symbol", () => Db.Calibration.SaveAsync(1, "T", values, symbol: name, cancellationToken: Token));
        await HiddenAsync("exchange", () => Db.Calibration.SaveAsync(1, "T", values, exchange: name, cancellationToken: Token));
        await HiddenAsync("action", () => Db.Tasks.CreateAsync(task, Token));
        await HiddenAsync("strategy", () => Db.BotState.SetStrategyAsync(name, true, Token));
        await HiddenAsync("group", () => Db.BotState.SetGroupAsync(name, true, Token));
        await HiddenAsync("asset", () => Db.BotState.DisableAssetAsync(name, Token));
        await HiddenAsync("namespace", () => Db.State.SaveAsync(name, "k", StateJson.EmptyObject, cancellationToken: Token));
        await HiddenAsync("strategy", () => ToListAsync(Db.Sessions.DispatchAsync(new Signal(name), Token)));
        await HiddenAsync("group", () => ToListAsync(Db.Sessions.DispatchAsync(new Signal("T") { Group = name }, Token)));
        await HiddenAsync("symbol", () => ToListAsync(Db.Sessions.DispatchAsync(new Signal("T") { Symbol = name }, Token)));
        static Task HiddenAsync(string field, Func<Task> call) => RefusedAsync(field, "must not", call);
        await NothingIsStoredAsync();
    }

    [Fact]
    public async Task A_symbol_has_one_limit_and_a_name_any_visible_characters()
    {
        var (symbol, longer) = (string.Concat(Enumerable.Repeat("🚀", 64)), new string('s', 65));
        await RefusedAsync("symbol", "64", () => ToListAsync(Db.Sessions.DispatchAsync(new Signal("T") { Symbol = longer }, Token)));
        await RefusedAsync("symbol", "64", () => Db.Calibration.GetAsync(1, "T", longer, cancellationToken: Token));
        await RefusedAsync("disabledAssets[0]", "64", () =>
            Db.BotState.SaveAsync(new BotSwitches { DisabledAssets = [longer] }, cancellationToken: Token));
        // Joiners are in emoji of several parts and in Persian.
        foreach (var name in new[] { "\U0001F468\u200D\U0001F4BB scalper", "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", "é 1/2 %", "!" })
        {
            var trade = (await Db.Trades.OpenAsync(Trade(1) with { Symbol = symbol, Strategy = name, Exchange = name }, Token)).Trade;
            Assert.Equal((symbol, name, name), (trade.Symbol, trade.Strategy, trade.Exchange));
            Assert.Empty(await ToListAsync(Db.Sessions.DispatchAsync(new Signal(name) { Group = name, Symbol = symbol }, Token)));
            if (!name.Contains('/', StringComparison.Ordinal)) await Db.State.SaveAsync(name, "k", StateJson.EmptyObject, cancellationToken: Token);
        }
    }

    [Fact]
    public async Task An_asset_that_was_stored_before_the_rules_may_be_written_again_and_no_other()
    {
        var old = new string('A', 90) + "\u200b";
        await StoreAsync();
        var stored = await Db.BotState.GetAsync(Token);
        await Db.BotState.SaveAsync(stored with { DisabledAssets = [.. stored.DisabledAssets, "BTC"] }, stored.Version, Token);
        await Db.BotState.PatchAsync(new BotSwitchesPatch { DisabledAssets = [old] }, cancellationToken: Token);
        Assert.Equal([old], (await Db.BotState.GetAsync(Token)).DisabledAssets);
        await RefusedAsync("disabledAssets[1]", "must", () =>
            Db.BotState.SaveAsync(stored with { DisabledAssets = [old, old + "B"] }, cancellationToken: Token));

        async Task StoreAsync()
        {
            StoredNames.Accept();
            await Db.BotState.SaveAsync(new BotSwitches { DisabledAssets = [old] }, cancellationToken: Token);
        }
    }

    [Fact]
    public async Task A_setting_beyond_the_limits()
    {
        await RefusedAsync("key", "empty", () => SetAsync("", "1"));
        await RefusedAsync("key", "100", () => SetAsync(new string('k', 101), "1"));
        await RefusedAsync("key", "NUL", () => Db.SystemConfig.GetAsync("a\0", Token));
        await RefusedAsync("key", "surrogate", () => Db.SystemConfig.DeleteAsync("a\ud800", cancellationToken: Token));
        await RefusedAsync("updatedBy", "50", () => Db.SystemConfig.SaveAsync("k", StateJson.Parse("1"), new string('b', 51),
            cancellationToken: Token));
        await RefusedAsync("value", "JSON", () => SetAsync("k", "nothing"));
        Assert.True((await RefusedAsync("value", $"{MaxBytes}", () => SetAsync("k", $"\"{new string('x', MaxBytes)}\""))).IsTooLarge);

        Assert.Empty(await ToListAsync(Db.SystemConfig.ListAsync(Token)));
        Task SetAsync(string key, string value) => Db.SystemConfig.SaveAsync(key, StateJson.Parse(value), cancellationToken: Token);
    }

    public static TheoryData<string, string, Func<Trade, Trade>> BadTrades => new()
    {
        { "symbol", "empty", trade => trade with { Symbol = "" } },
        { "symbol", "64", trade => trade with { Symbol = new string('s', 65) } },
        { "symbol", "NUL", trade => trade with { Symbol = "B\0" } },
        { "strategy", "256", trade => trade with { Strategy = new string('s', 257) } },
        { "exchange", "256", trade => trade with { Exchange = new string('e', 257) } },
        { "exitReason", "1000", trade => trade with { ExitReason = new string('r', 1001) } },
        { "exitReason", "surrogate", trade => trade with { ExitReason = "a\ud800" } },
        { "side", "LONG", trade => trade with { Side = (TradeSide)5 } },
        { "status", "OPEN", trade => trade with { Status = (TradeStatus)5 } },
        { "entryPrice", "zero", trade => trade with { EntryPrice = 0m } },
        { "entryPrice", "100000000000000000000", trade => trade with { EntryPrice = 100_000_000_000_000_000_000m } },
        { "entryPrice", "18", trade => trade with { EntryPrice = 1.0000000000000000001m } },
        { "entryPrice", "28", trade => trade with { EntryPrice = 12_345_678_901.000000000000000001m } },
        { "quantity", "zero", trade => trade with { Quantity = -1m } },
        { "quantity", "100000000000000000000", trade => trade with { Quantity = decimal.MaxValue } },
        { "exitPrice", "zero", trade => trade with { ExitPrice = -0.01m } },
        { "exitPrice", "closed", trade => trade with { Status = TradeStatus.Closed } },
        { "pnl", "100000000000000000000", trade => trade with { Pnl = -100_000_000_000_000_000_000m } },
        { "pnlPct", "1000000", trade => trade with { PnlPct = 1_000_000m } },
        { "pnlPct", "4", trade => trade with { PnlPct = 0.00001m } },
        { "fees", "18", trade => trade with { Fees = 0.0000000000000000001m } },
        { "slippage", "100000000000000000000", trade => trade with { Slippage = decimal.MinValue } },
        { "leverage", "1000", trade => trade with { Leverage = 1001 } },
        { "leverage", "1", trade => trade with { Leverage = 0.5m } },
        { "leverage", "8", trade => trade with { Leverage = 2.123456789m } },
        { "entryTimestamp", "2000", trade => trade with { EntryTimestamp = new DateTimeOffset(1999, 12, 31, 23, 59, 59, TimeSpan.Zero) } },
        { "exitTimestamp", "2099", trade => trade with { ExitTimestamp = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero) } },
        { "entryTimestamp", "version 7", trade => trade with { Id = new Guid("11111111-1111-4111-8111-111111111111") } },
        { "metadata", "object", trade => trade with { Metadata = StateJson.Parse("[]") } },
        { "metadata", "262144", trade => trade with { Metadata = StateJson.Parse("{\"a\":\"" + new string('x', MaxBytes) + "\"}") } },
    };

    [Theory]
    [MemberData(nameof(BadTrades), DisableDiscoveryEnumeration = true)]
    public async Task A_trade_beyond_the_limits(string field, string limit, Func<Trade, Trade> spoil)
    {
        await RefusedAsync(field, limit, () => Db.Trades.OpenAsync(spoil(Trade(1)), Token));
        await NothingIsStoredAsync();
    }

    [Fact]
    public async Task A_close_beyond_the_limits()
    {
        var trade = (await Db.Trades.OpenAsync(Trade(1), Token)).Trade;

        await RefusedAsync("exitPrice", "close", () => CloseAsync(new TradeClose()));
        await RefusedAsync("exitPrice", "zero", () => CloseAsync(new TradeClose { ExitPrice = -1m }));
        await RefusedAsync("fees", "100000000000000000000", () => CloseAsync(new TradeClose { ExitPrice = 1m, Fees = 100_000_000_000_000_000_000m }));
        await RefusedAsync("pnl", "18", () => CloseAsync(new TradeClose { ExitPrice = 1m, Pnl = 0.0000000000000000001m }));
        await RefusedAsync("pnlPct", "1000000", () => CloseAsync(new TradeClose { ExitPrice = 1m, PnlPct = 1_000_000m }));
        await RefusedAsync("exitReason", "1000", () => CloseAsync(new TradeClose { ExitPrice = 1m, ExitReason = new string('r', 1001) }));
        await RefusedAsync("exitTimestamp", "2000", () => CloseAsync(new TradeClose { ExitPrice = 1m, ExitTimestamp = DateTimeOffset.UnixEpoch }));
        // 2 of them gain too much.
        await RefusedAsync("pnl", "100000000000000000000", () => CloseAsync(new TradeClose { ExitPrice = 99_999_999_999_999_999_999m }));

        Assert.Equal((TradeStatus.Open, 1L), ((await Db.Trades.GetAsync(trade.Id, cancellationToken: Token))!.Status,
            (await Db.Trades.GetAsync(trade.Id, cancellationToken: Token))!.Version));
        Task CloseAsync(TradeClose close) => Db.Trades.CloseAsync(trade.Id, close, cancellationToken: Token);
    }

    private static async Task<NexusValidationException> RefusedAsync(string field, string limit, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<NexusValidationException>(call);
        // Inside a document the field goes on with the path.
        Assert.True(error.Field == field || error.Field.StartsWith($"{field}.", StringComparison.Ordinal)
            || error.Field.StartsWith($"{field}[", StringComparison.Ordinal), $"{error.Field} is not {field}");
        Assert.StartsWith(error.Field, error.Message, StringComparison.Ordinal);
        Assert.Contains(limit, error.Message, StringComparison.OrdinalIgnoreCase);
        return error;
    }

    private async Task NothingIsStoredAsync()
    {
        Assert.Empty(await ToListAsync(Db.Sessions.ListAsync(cancellationToken: Token)));
        Assert.Empty(await ToListAsync(Db.Users.ListAsync(cancellationToken: Token)));
        Assert.Empty(await ToListAsync(Db.Trades.ListAsync(cancellationToken: Token)));
    }
}
