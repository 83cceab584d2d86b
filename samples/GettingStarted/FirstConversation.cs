using Nexus;
using Nexus.Trades;

namespace GettingStarted;

internal static class FirstConversation
{
    /// <summary>The program of the tutorial, which keeps its state below the current folder.</summary>
    public static async Task RunAsync()
    {
        #region first-conversation
        await using var db = await NexusDb.OpenAsync(new NexusOptions { DataFolder = "bot-data" });
        var bot = new FirstBot(db);
        foreach (var text in new[] { "/leverage 10", "/start", "/keys k-123 s-456", "/leverage 10" })
            Console.WriteLine($"{text} -> {await bot.AnswerAsync(1001, text)}");
        #endregion

        #region first-signal
        await db.BotState.SetStrategyAsync("TREND", enabled: true);
        await bot.SignalAsync("BTCUSDT", 65_000.10m);
        #endregion

        #region first-close
        await foreach (var trade in db.Trades.ListAsync(new TradeFilter { ChatId = 1001, Status = TradeStatus.Open }))
        {
            var closed = (await db.Trades.CloseAsync(trade.Id, new TradeClose { ExitPrice = 66_000m, Fees = 1.25m })).Trade;
            Console.WriteLine($"Chat {closed.ChatId} made {closed.Pnl}.");
        }
        #endregion
    }
}
