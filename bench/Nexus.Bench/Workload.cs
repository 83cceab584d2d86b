using System.Security.Cryptography;
using System.Text;
using Nexus.Chats;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Trades;

namespace Nexus.Bench;

/// <summary>The sessions that every variant saves and loads: 23 config keys in about 744 bytes of JSON, two secrets of 64 characters.</summary>
internal static class Workload
{
    public static byte[] Config(int i, int revision = 0) => Encoding.UTF8.GetBytes(
        $$$"""{"mode":"{{{Modes[i % 3]}}}","leverage":{{{1 + i % 20}}},"max_leverage_allowed":20"""
            + $$$""","max_capital_pct":{{{5 + i % 40}}},"stop_loss_pct":0.02,"tp_ratio":1.5,"atr_multiplier":2.0,"trailing_enabled":true"""
            + $$$""","primary_exchange":"BINANCE","personality":"STANDARD_SPOT_ANALYST","sentiment_filter":true,"circuit_breaker_enabled":true"""
            + $$$""","strategies":{"TREND":true,"SCALPING":false,"GRID":{{{(i % 2 == 0 ? "true" : "false")}}},"MEAN_REVERSION":false"""
            + $$$""","BLACK_SWAN":true,"SHARK":false},"groups":{"CRYPTO":true,"STOCKS":false,"ETFS":false},"disabled_assets":"""
            + $$$"""["DOGEUSDT","SHIBUSDT"],"use_kelly_criterion":false,"kelly_fraction":0.5,"win_rate_est":0.55,"risk_reward_est":1.5"""
            + $$$""","correlation_guard_enabled":true,"max_correlation":0.8"""
            + $$$""","language":"es","revision":{{{revision}}},"note":"{{{new string('n', 100)}}}"}""");

    /// <summary>Revisions from here on have the same number of digits, so that one can replace another in place.</summary>
    public const int FirstRevision = 1_000_000;

    /// <summary>Changes the revision inside a config or a text that contains one: new content without the cost of building it again.</summary>
    /// <returns>The revision.</returns>
    public static int SetRevision(Span<byte> content, int turn)
    {
        (FirstRevision + turn).TryFormat(content[(content.IndexOf(RevisionName) + RevisionName.Length)..], out _);
        return FirstRevision + turn;
    }

    public static string SecretText(int i, string kind) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}{i}")));

    public static string ChatId(int i) => (100_000_000L + i).ToString();

    public static Session Session(int i, int revision = 0) =>
        new(100_000_000L + i, SecretText(i, "key"), SecretText(i, "secret"), StateJson.Parse(Config(i, revision)));

    public static Trade Trade(int caller)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new Trade
        {
            Id = Guid.CreateVersion7(now),
            ChatId = Nexus.Chats.ChatId.Parse(ChatId(caller)),
            EntryTimestamp = now,
            Symbol = "BTCUSDT",
            Side = TradeSide.Long,
            Strategy = "TREND",
            Exchange = "BINANCE",
            EntryPrice = 64_250.12m,
            Quantity = 0.015m,
            Leverage = 5,
        };
    }

    public static Sample[] Samples(int count, int revision) =>
        [.. Enumerable.Range(0, count).Select(i => new Sample(ChatId(i), SecretText(i, "key"), SecretText(i, "secret"), Config(i, revision)))];

    private static ReadOnlySpan<byte> RevisionName => "\"revision\":"u8;

    private static readonly string[] Modes = ["WATCHER", "COPILOT", "PILOT"];
}

/// <summary>A session as plain values.</summary>
internal sealed record Sample(string ChatId, string Key, string Secret, byte[] Config)
{
    public Session ToSession() => new(Nexus.Chats.ChatId.Parse(ChatId), Key, Secret, StateJson.Parse(Config));
}
