#region first-bot
using Nexus;
using Nexus.Chats;
using Nexus.Dispatch;
using Nexus.Json;
using Nexus.Sessions;
using Nexus.Trades;
using Nexus.Users;

internal sealed class FirstBot(NexusDb db)
{
    public async Task<string> AnswerAsync(ChatId chat, string text)
    {
        if (text == "/start")
        {
            await db.Users.SaveAsync(chat, new UserChange { Name = "Ada", Days = 30 });
            return "Welcome for 30 days.";
        }
        if (!(await db.Users.CheckAccessAsync(chat)).Allowed) return "Send /start first.";
        switch (text.Split(' '))
        {
            case ["/keys", var key, var secret]:
                var config = StateJson.Parse("""{"mode":"PILOT","leverage":5,"strategies":{"TREND":true}}""");
                await db.Sessions.SaveAsync(new Session(chat, key, secret, config));
                return "Your keys are sealed.";
            case ["/leverage", var number] when int.TryParse(number, out var leverage):
                await db.Sessions.PatchConfigAsync(chat, StateJson.Parse($$"""{"leverage":{{leverage}}}"""));
                return $"Leverage {leverage}.";
            default:
                return "Unknown command.";
        }
    }

    public async Task SignalAsync(string symbol, decimal price)
    {
        var signal = new Signal("TREND") { Symbol = symbol, Modes = ["PILOT"] };
        await foreach (var (chat, _) in db.Sessions.DispatchAsync(signal))
        {
            var trade = new Trade
            {
                Id = Guid.CreateVersion7(),
                ChatId = chat,
                Symbol = symbol,
                Side = TradeSide.Long,
                Strategy = "TREND",
                EntryPrice = price,
                Quantity = 0.015m,
            };
            await db.Trades.OpenAsync(trade);
            Console.WriteLine($"Chat {chat} entered {symbol} at {price}.");
        }
    }
}
#endregion
