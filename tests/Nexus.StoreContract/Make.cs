using System.Text;
using System.Text.Json;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.StoreContract;

/// <summary>Writes and rows as tests need them, and documents to compare.</summary>
internal static class Make
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static SaveSession Session(string chatId, string config = "{}", long? expected = null, string? apiKey = "sealed key",
        string? apiSecret = "sealed secret") =>
        new(chatId, SealedField.Set(apiKey), SealedField.Set(apiSecret), Utf8(config), expected);

    public static PatchSessionConfig Patch(string chatId, string patch, long? expected = null) => new(chatId, Utf8(patch), expected);

    public static SaveUser User(
        string chatId, string? name = null, string? role = null, Expiry? expiry = null, string? timeZone = null, long? telegramId = null,
        string? groups = null, long? expected = null) =>
        new(chatId, name, role, expiry ?? new Expiry(ExpiryKind.Keep), timeZone, telegramId, OptionalUtf8(groups), expected);

    public static Expiry Until(DateTimeOffset end) => new(ExpiryKind.At, end);

    public static SetSystemConfig Config(string key, string value, string? by = null, long? expected = null) => new(key, Utf8(value), by, expected);

    public static ChangeBotState State(
        string? strategies = null, string? groups = null, AssetChange? assets = null, bool? ai = null, bool replace = false, long? expected = null) =>
        new(OptionalUtf8(strategies), OptionalUtf8(groups), assets, ai, replace, expected);

    public static TradeRow Trade(string chatId, DateTimeOffset? entry = null, Guid? id = null) => new()
    {
        Id = id ?? Guid.CreateVersion7(entry ?? Noon),
        ChatId = chatId,
        Symbol = "BTCUSDT",
        Side = TradeSide.Long,
        EntryPrice = 100m,
        Quantity = 2m,
        EntryTimestamp = entry ?? Noon,
    };

    /// <summary>A trade that was closed with a PnL.</summary>
    public static TradeRow Closed(string chatId, decimal? pnl, DateTimeOffset exit, decimal fees = 0) => Trade(chatId, exit.AddHours(-1)) with
    {
        Status = TradeStatus.Closed,
        ExitPrice = 101m,
        ExitTimestamp = exit,
        Pnl = pnl,
        Fees = fees,
    };

    public static CloseTrade Close(
        Guid id, decimal? exitPrice = null, string? chatId = null, DateTimeOffset? at = null, decimal? pnl = null, decimal? pnlPct = null,
        decimal? fees = null, decimal? slippage = null, string? reason = null, TradeStatus status = TradeStatus.Closed) =>
        new(id, chatId, exitPrice, at, pnl, pnlPct, fees, slippage, reason, status);

    public static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    // A bare null would become an empty document.
    private static ReadOnlyMemory<byte>? OptionalUtf8(string? text) => text is null ? default(ReadOnlyMemory<byte>?) : Utf8(text);

    public static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);

    /// <summary>Equal as JSON values: order of members, spaces and the way a number is written do not matter, its exact value does.</summary>
    public static bool SameJson(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other)
    {
        var options = new JsonDocumentOptions { MaxDepth = 1000 };
        using var first = JsonDocument.Parse(one, options);
        using var second = JsonDocument.Parse(other, options);
        return JsonElement.DeepEquals(first.RootElement, second.RootElement);
    }

    public static void AssertJson(string expected, ReadOnlyMemory<byte> actual) =>
        Assert.True(SameJson(Utf8(expected), actual), $"expected {expected}\nbut found {Text(actual)}");

    public static void AssertJson(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual) =>
        Assert.True(SameJson(expected, actual), $"expected {Text(expected)}\nbut found {Text(actual)}");

    /// <summary>A masked document with bare stars for its masks.</summary>
    public static string WithoutTags(string masked) => System.Text.RegularExpressions.Regex.Replace(masked, @"\*{8}[A-Za-z0-9_-]{22}", Secret.Mask);
}
