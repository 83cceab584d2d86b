using CsCheck;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.StoreContract.Properties;

/// <summary>Whatever the engine accepts is read back unchanged.</summary>
public abstract class RoundTripContract : StoreContract
{
    // Apart from the chats of the users, who may be expired.
    private const string Trader = "-1";

    private int _last;

    [Fact]
    public Task Any_JSON_object_comes_back_as_a_config() =>
        Gens.JsonObject(4, Gens.Text(0, 8)).Array[1, 20].SampleAsync(
            async documents =>
            {
                var writes = documents.Select(document => Make.Session(NextChat(), document)).ToArray();
                await AllAppliedAsync(writes);
                foreach (var row in await Store.GetSessionsAsync([.. writes.Select(write => write.ChatId)], Token))
                    Make.AssertJson(writes.Single(write => write.ChatId == row.ChatId).Config, row.Config);
            },
            iter: 100, threads: 2);

    [Fact]
    public Task Any_JSON_value_comes_back_from_the_system_config() =>
        Gens.Json(3).SampleAsync(
            async value =>
            {
                var key = NextChat();
                await AllAppliedAsync(Make.Config(key, value));
                Make.AssertJson(value, (await ConfigAsync(key))!.Value);
            },
            iter: 150, threads: 2);

    [Fact]
    public async Task A_document_comes_back_from_the_deepest_nesting_and_the_largest_size()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"a":[""", 31)) + "{\"leaf\":1}" + string.Concat(Enumerable.Repeat("]}", 31));
        var wide = "{\"text\":\"" + string.Concat(Enumerable.Repeat("é🚀x\\\"", 26_000)) + "\"}";
        await AllAppliedAsync(Make.Session("1", deep), Make.Session("2", wide));

        Make.AssertJson(deep, (await SessionAsync("1"))!.Config);
        Make.AssertJson(wide, (await SessionAsync("2"))!.Config);
    }

    [Fact]
    public Task Any_text_comes_back_from_every_text_column() =>
        Gen.Select(Gens.Text(1, 100), Gens.Text(1, 20), Gens.Text(1, 50), Gens.Text(1, 200)).SampleAsync(
            async (name, symbol, exchange, anything) =>
            {
                var chat = NextChat();
                var trade = Make.Trade(chat) with { Symbol = symbol, Exchange = exchange, Strategy = name, ExitReason = anything };
                var key = $"{chat}{name}"[..Math.Min(90, name.Length)] + chat;
                if (char.IsHighSurrogate(key[^(chat.Length + 1)])) key = chat;
                await AllAppliedAsync(
                    Make.User(chat, name, timeZone: exchange),
                    Make.Session(chat, apiKey: anything, apiSecret: name),
                    Make.Config(key, "1", exchange),
                    Make.State(assets: AssetChange.Replace([anything, name])),
                    new OpenTrade(trade));
                await Store.SetMetaAsync($"m{chat}", anything, Token);

                var user = (await UserAsync(chat))!;
                Assert.Equal((name, exchange), (user.Name, user.TimeZone));
                var session = (await SessionAsync(chat))!;
                Assert.Equal((anything, name), (session.ApiKey, session.ApiSecret));
                Assert.Equal((key, exchange), ((await ConfigAsync(key))!.Key, (await ConfigAsync(key))!.UpdatedBy));
                Assert.Equal(new[] { anything, name }.Distinct(), (await Store.GetBotStateAsync(Token)).DisabledAssets);
                Assert.Equal(anything, await Store.GetMetaAsync($"m{chat}", Token));
                TradeContract.AssertSame(trade with { UpdatedAt = (await TradeAsync(trade.Id))!.UpdatedAt }, await TradeAsync(trade.Id));
                Assert.Equal([trade.Id], (await ToListAsync(Store.ListTradesAsync(new TradeQuery(chat, Symbol: symbol), Token)))
                    .Select(row => row.Id));
            },
            iter: 150, threads: 1);

    [Fact]
    public Task Any_amount_comes_back_exactly() =>
        Gen.Select(Gens.Money, Gens.Money, Gens.Money, Gens.Money, Gens.Money, Gens.Money, Gens.Percent,
            (entry, exit, quantity, pnl, fees, slippage, percent) =>
            Make.Trade(Trader) with
            {
                EntryPrice = entry,
                ExitPrice = exit,
                Quantity = quantity,
                Pnl = pnl,
                Fees = fees,
                Slippage = slippage,
                PnlPct = percent,
                Status = TradeStatus.Closed
            })
        .Array[1, 20].SampleAsync(
            async trades =>
            {
                await AllAppliedAsync([.. trades.Select(trade => new OpenTrade(trade))]);
                foreach (var trade in trades)
                {
                    var stored = (await TradeAsync(trade.Id, Trader))!;
                    TradeContract.AssertSame(trade with { UpdatedAt = stored.UpdatedAt }, stored);
                }
            },
            iter: 50, threads: 2);

    [Fact]
    public Task Any_instant_comes_back_to_the_microsecond() =>
        Gen.Select(Gens.Instant, Gens.Instant, (end, exit) => (end, exit)).Array[1, 20].SampleAsync(
            async instants =>
            {
                var users = instants.Select(instant => Make.User(NextChat(), expiry: Make.Until(instant.end))).ToArray();
                var trades = instants.Select(instant => Make.Trade(Trader) with { ExitTimestamp = instant.exit }).ToArray();
                await AllAppliedAsync([.. users, .. trades.Select(trade => new OpenTrade(trade))]);
                for (var i = 0; i < instants.Length; i++)
                {
                    Assert.Equal(instants[i].end, (await UserAsync(users[i].ChatId))!.ExpiresAt);
                    Assert.Equal(instants[i].exit, (await TradeAsync(trades[i].Id, Trader))!.ExitTimestamp);
                }
            },
            iter: 30, threads: 2);

    /// <summary>Fewer, since each month of entry is a partition of its own in PostgreSQL.</summary>
    [Fact]
    public Task Any_entry_time_comes_back_to_the_microsecond() =>
        Gens.Instant.Array[1, 5].SampleAsync(
            async instants =>
            {
                var trades = instants.Select(instant => Make.Trade(Trader, instant)).ToArray();
                await AllAppliedAsync([.. trades.Select(trade => new OpenTrade(trade))]);
                foreach (var trade in trades)
                {
                    Assert.Equal(trade.EntryTimestamp, (await TradeAsync(trade.Id))!.EntryTimestamp);
                    Assert.Contains(trade.Id, (await ToListAsync(Store.ListTradesAsync(
                        new TradeQuery(Trader, From: trade.EntryTimestamp, To: trade.EntryTimestamp.AddMicroseconds(1)),
                        Token))).Select(row => row.Id));
                }
            },
            iter: 15, threads: 1);

    private string NextChat() => $"{Interlocked.Increment(ref _last)}";

    private async Task AllAppliedAsync(params Write[] writes) =>
        Assert.All(await Store.ApplyAsync(writes, atomic: true, Token), outcome => AssertStatus(WriteStatus.Applied, outcome));
}
