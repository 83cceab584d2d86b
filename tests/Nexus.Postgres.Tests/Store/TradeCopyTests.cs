using Nexus.Chats;
using Nexus.Engine;
using Nexus.StoreContract;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Postgres.Tests.Store;

/// <summary>Many new trades use COPY, with the same outcomes as by statements.</summary>
public class TradeCopyTests
{
    private const int Many = 150;

    /// <summary>Notes by which statement rows came to be: a trigger sees the text of the one that fires it.</summary>
    private const string Watch = """
        CREATE TABLE seen (statement text);
        CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.seen VALUES (current_query()); RETURN NULL; END $$;
        CREATE TRIGGER see AFTER INSERT ON trades FOR EACH STATEMENT EXECUTE FUNCTION see();
        """;

    private static OpenTrade[] Trades(int count, Func<int, TradeRow, TradeRow>? change = null) =>
        [.. Enumerable.Range(0, count).Select(n => Make.Trade($"{1000 + (n % 7)}", Make.Noon.AddSeconds(n)))
            .Select((row, n) => new OpenTrade(change?.Invoke(n, row) ?? row))];

    private static Task<long> CopiesAsync(StoreFixture fixture) =>
        fixture.Database.ScalarAsync<long>("SELECT count(*) FROM seen WHERE statement LIKE 'COPY %'");

    [Fact]
    public async Task New_trades_are_copied_whole()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync(Watch);
        var writes = Trades(Many, (n, row) => n % 3 == 0 ? row : row with
        {
            Side = TradeSide.Short,
            Strategy = "TREND ✓",
            Exchange = "BINANCE",
            EntryPrice = 999_999_999_999.99999999m,
            ExitPrice = 0.00000001m,
            Leverage = 1000,
            ExitTimestamp = row.EntryTimestamp.AddTicks(10),
            Pnl = -999_999_999_999.99999999m,
            PnlPct = -999_999.9999m,
            Fees = -0.00000001m,
            Slippage = 12.5m,
            Status = n % 3 == 1 ? TradeStatus.Closed : TradeStatus.Cancelled,
            ExitReason = "stop\n\"loss\"",
            Metadata = Make.Utf8("""{"n":[1,null,"é"]}"""),
        });

        var outcomes = await fixture.ApplyAllAsync(writes);

        Assert.All(outcomes, outcome => Assert.Equal((WriteStatus.Applied, 1L), (outcome.Status, outcome.Version)));
        Assert.Equal(1, await CopiesAsync(fixture));
        for (var n = 0; n < Many; n += 37)
        {
            var stored = await fixture.Store.GetTradeAsync(writes[n].Trade.Id, null, StoreFixture.Token);
            Make.AssertJson(Make.Text(writes[n].Trade.Metadata), stored!.Metadata);
            Assert.Equal(writes[n].Trade with { Version = 1, UpdatedAt = outcomes[n].At, Metadata = stored.Metadata }, stored);
        }
        Assert.Equal(1, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_commits"));
    }

    [Fact]
    public async Task A_trade_that_is_there_stays_as_it_is_and_the_others_are_stored()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var writes = Trades(Many);
        await fixture.ApplyAsync(new OpenTrade(writes[70].Trade with { Symbol = "FIRST" }));
        await fixture.Database.ExecuteAsync(Watch);

        var outcomes = await fixture.ApplyAllAsync(writes);
        var next = await fixture.ApplyAllAsync(Trades(Many, (_, row) => row with { ChatId = "7" }));

        Assert.Equal([70], Enumerable.Range(0, Many).Where(n => outcomes[n].Status == WriteStatus.AlreadyApplied));
        Assert.Equal(Many - 1, outcomes.Count(outcome => outcome.Status == WriteStatus.Applied));
        Assert.Equal("FIRST", (await fixture.Store.GetTradeAsync(writes[70].Trade.Id, null, StoreFixture.Token))!.Symbol);
        Assert.All(next, outcome => Assert.Equal(WriteStatus.Applied, outcome.Status));
        // Where one batch met trades that are there, the next ones are likely to.
        Assert.Equal(0, await CopiesAsync(fixture));
    }

    [Fact]
    public async Task An_expired_subscriber_opens_nothing_and_closed_trades_of_his_are_stored()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.ApplyAsync(Make.User("1003", expiry: new Expiry(ExpiryKind.At, Make.Noon.AddDays(-1))));

        var outcomes = await fixture.ApplyAllAsync(Trades(Many, (n, row) => n < 70 ? row with { Status = TradeStatus.Closed, ExitPrice = 1m } : row));

        Assert.Equal(
            Enumerable.Range(70, Many - 70).Where(n => n % 7 == 3),
            Enumerable.Range(0, Many).Where(n => outcomes[n].Status == WriteStatus.InvalidState));
        Assert.Equal(outcomes.Count(outcome => outcome.Status == WriteStatus.Applied),
            await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM trades"));
    }

    [Fact]
    public async Task A_row_that_the_database_refuses_fails_alone()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync("ALTER TABLE trades ADD CONSTRAINT no_doge CHECK (symbol <> 'DOGE')");

        var outcomes = await fixture.ApplyAllAsync(Trades(Many, (n, row) => n == 42 ? row with { Symbol = "DOGE" } : row));

        Assert.Equal([42], Enumerable.Range(0, Many).Where(n => outcomes[n].Status == WriteStatus.Failed));
        Assert.Equal(Many - 1, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM trades"));
    }

    [Fact]
    public async Task A_server_that_refuses_COPY_gets_statements()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync("""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN IF current_query() LIKE 'COPY %' THEN RAISE feature_not_supported; END IF; RETURN NEW; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON trades FOR EACH ROW EXECUTE FUNCTION refuse();
            """);

        var outcomes = await fixture.ApplyAllAsync(Trades(Many));

        Assert.All(outcomes, outcome => Assert.Equal(WriteStatus.Applied, outcome.Status));
    }
}
