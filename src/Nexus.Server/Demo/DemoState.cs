using System.Text.Json.Nodes;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Server.Demo;

/// <summary>The state with which the demo starts: subscribers, sessions, switches and two months of trades.</summary>
internal sealed class DemoState(NexusDb db, Random random, TimeProvider clock)
{
    public const int Subscribers = 240;

    private const int ClosedTrades = 2_400;
    private const long FirstChat = 100_001;

    public static ChatId ChatAt(int index) => FirstChat + index;

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        await db.BotState.SaveAsync(Switches(), cancellationToken: cancellationToken);
        for (var i = 0; i < Subscribers; i++) await db.Users.SaveAsync(ChatAt(i), Subscriber(i), cancellationToken: cancellationToken);
        await db.Sessions.SaveBatchAsync([.. Enumerable.Range(0, Subscribers).Select(Session)], cancellationToken);
        await db.Trades.AppendAsync(Enumerable.Range(0, ClosedTrades).Select(ClosedTrade).ToAsyncEnumerable(), cancellationToken);
    }

    public Trade OpenTrade()
    {
        var (symbol, price) = DemoNames.Symbols[random.Next(DemoNames.Symbols.Count)];
        return new Trade
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            ChatId = ChatAt(random.Next(Subscribers)),
            Symbol = symbol,
            Side = random.Next(3) == 0 ? TradeSide.Short : TradeSide.Long,
            Strategy = DemoNames.Strategies[random.Next(DemoNames.Strategies.Count)],
            Exchange = random.Next(2) == 0 ? "binance" : "bybit",
            EntryPrice = Round(price * Around(0.05)),
            Quantity = Round(250m / price * Around(0.8)),
            Leverage = random.Next(1, 11),
        };
    }

    /// <summary>An exit with a small edge, so that the equity curve rises unevenly.</summary>
    public TradeClose CloseOf(Trade trade)
    {
        var change = (decimal)((random.NextDouble() - 0.46) * 0.04);
        var price = Round(trade.EntryPrice * (1 + (trade.Side == TradeSide.Long ? change : -change)));
        return new TradeClose
        {
            ExitPrice = price,
            Fees = Round(trade.EntryPrice * trade.Quantity * 0.0008m),
            ExitReason = change > 0 ? "TAKE_PROFIT" : "STOP_LOSS",
        };
    }

    private Trade ClosedTrade(int index)
    {
        var open = OpenTrade();
        var entered = clock.GetUtcNow().AddDays(-60 * (1 - (index / (double)ClosedTrades))).AddMinutes(-120);
        var close = CloseOf(open);
        var move = (close.ExitPrice!.Value - open.EntryPrice) * (open.Side == TradeSide.Long ? 1 : -1);
        return open with
        {
            Id = Guid.CreateVersion7(entered),
            EntryTimestamp = entered,
            Status = TradeStatus.Closed,
            ExitPrice = close.ExitPrice,
            ExitTimestamp = entered.AddMinutes(random.Next(3, 110)),
            ExitReason = close.ExitReason,
            Fees = close.Fees ?? 0,
            Pnl = Round((move * open.Quantity) - (close.Fees ?? 0)),
        };
    }

    private UserChange Subscriber(int index) => new()
    {
        Name = DemoNames.Person(random),
        Role = index < 2 ? UserRole.Admin : UserRole.User,
        ExpiresAt = index % 40 == 7 ? (DateTimeOffset?)null : clock.GetUtcNow().AddDays(random.Next(-4, 90)).AddMinutes(random.Next(1440)),
        NeverExpires = index % 40 == 7,
        TimeZone = DemoNames.TimeZones[random.Next(DemoNames.TimeZones.Count)],
    };

    private SessionSave Session(int index)
    {
        var strategies = new JsonObject();
        foreach (var strategy in DemoNames.Strategies) strategies[strategy] = random.Next(3) == 0;
        var config = new JsonObject
        {
            ["mode"] = DemoNames.Modes[random.Next(DemoNames.Modes.Count)],
            ["leverage"] = random.Next(1, 11),
            ["risk_per_trade"] = Math.Round(0.25 + random.NextDouble(), 2),
            ["max_positions"] = random.Next(1, 8),
            ["strategies"] = strategies,
            ["notify"] = new JsonObject { ["open"] = true, ["close"] = true, ["daily"] = random.Next(2) == 0 },
            ["binance_api_key"] = $"demo-{random.Next():x8}",
        };
        var hasKeys = random.Next(8) > 0;
        return new SessionSave(new Session(
            ChatAt(index), hasKeys ? Secret.Of($"demo-key-{index}") : null, hasKeys ? Secret.Of($"demo-secret-{index}") : null,
            StateJson.Parse(config.ToJsonString())));
    }

    private static BotSwitches Switches()
    {
        var strategies = new JsonObject();
        foreach (var strategy in DemoNames.Strategies) strategies[strategy] = strategy != "NEWS";
        return new BotSwitches
        {
            EnabledStrategies = StateJson.Parse(strategies.ToJsonString()),
            GroupConfig = StateJson.Parse("""{"CRYPTO":true,"STOCKS":false,"ETFS":false,"MAJORS":{"max_positions":3,"max_leverage":5}}"""),
            DisabledAssets = ["LUNAUSDT", "FTTUSDT"],
        };
    }

    private decimal Around(double spread) => (decimal)(1 + ((random.NextDouble() - 0.5) * spread));

    private static decimal Round(decimal amount) => Math.Round(amount, 8);
}
