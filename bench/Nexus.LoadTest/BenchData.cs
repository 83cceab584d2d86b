using System.Text;
using Nexus.Engine;
using Nexus.Json;
using Nexus.Sessions;
using Nexus.Trades;

namespace Nexus.LoadTest;

/// <summary>The data of the users: configs of about 750 bytes in 20 keys, two secrets of 64 characters, a subscription each.</summary>
internal static class BenchData
{
    public static string ChatId(int user) => (500_000_000L + user).ToString();

    public static string Strategy(int user) => $"U{user}";

    /// <summary>Deterministic and cheap (a linear congruential generator), because its generation is not measured.</summary>
    public static string SecretText(int user, char kind) => string.Create(64, (user, kind), static (text, of) =>
    {
        var state = ((ulong)(uint)of.user << 16) | of.kind;
        foreach (ref var letter in text)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            letter = "abcdefghijklmnopqrstuvwxyz0123456789"[(int)((state >> 33) % 36)];
        }
    });

    public static string Config(int user, int revision, int patched) =>
        $$$"""{"mode":"PILOT","leverage":{{{1 + user % 20}}},"max_leverage_allowed":20,"max_capital_pct":10,"stop_loss_pct":0.02,"tp_ratio":1.5"""
            + $$$""","atr_multiplier":2.0,"trailing_enabled":true"""
            + $$$""","primary_exchange":"BINANCE","personality":"STANDARD_SPOT_ANALYST","sentiment_filter":true,"circuit_breaker_enabled":true"""
            + $$$""","strategies":{"TREND":true,"SCALPING":false,"GRID":true,"MEAN_REVERSION":false,"BLACK_SWAN":true},"groups":{"CRYPTO":true"""
            + $$$""","STOCKS":false,"ETFS":false},"disabled_assets":["DOGEUSDT","SHIBUSDT"],"use_kelly_criterion":false,"kelly_fraction":0.5"""
            + $$$""","win_rate_est":0.55,"risk_reward_est":1.5,"note":"{{{Note}}}","revision":{{{revision}}},"patched":{{{patched}}}}""";

    public static Session Session(int user, int revision, int patched) =>
        new(
            Nexus.Chats.ChatId.Parse(ChatId(user)),
            SecretText(user, 'k'),
            SecretText(user, 's'),
            StateJson.Parse(Encoding.UTF8.GetBytes(Config(user, revision, patched))));

    public static Trade Trade(int user, DateTimeOffset at) => new()
    {
        Id = Guid.CreateVersion7(at),
        ChatId = Nexus.Chats.ChatId.Parse(ChatId(user)),
        Symbol = "BTCUSDT",
        Side = user % 2 == 0 ? TradeSide.Long : TradeSide.Short,
        Strategy = "TREND",
        Exchange = "BINANCE",
        EntryPrice = 65_432.10m,
        Quantity = 0.015m,
        Leverage = 5,
        EntryTimestamp = at,
    };

    private static readonly string Note = new('n', 200);
}
