using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.StoreContract.Front;

/// <summary>Trades through the front door.</summary>
public abstract class TradesFrontContract : FrontContract
{
    [Fact]
    public async Task A_trade_is_opened_closed_and_counted()
    {
        var opened = (await Db.Trades.OpenAsync(Trade(1) with { Fees = 0.5m, Metadata = StateJson.Parse("""{"signal":7}""") }, Token)).Trade;
        Assert.Equal((7, TradeStatus.Open, 1L), (opened.Id.Version, opened.Status, opened.Version));

        var closed = (await Db.Trades.CloseAsync(opened.Id, new TradeClose { ExitPrice = 110m, Fees = 0.5m, ExitReason = "target" },
            cancellationToken: Token)).Trade;

        Assert.Equal((19m, 9.5m, 1m, "target", 2L), (closed.Pnl, closed.PnlPct, closed.Fees, closed.ExitReason, closed.Version));
        Assert.Equal(closed with { Metadata = StateJson.EmptyObject }, (await Db.Trades.GetAsync(opened.Id, cancellationToken: Token))!
            with
        { Metadata = StateJson.EmptyObject });
        var figures = await Db.Trades.GetPerformanceAsync(1, 1, Token);
        Assert.Equal((1L, 1m, 19m, 1m, null), (figures.Trades, figures.WinRate, figures.TotalPnl, figures.TotalFees, figures.ProfitFactor));
        Assert.Equal(0, (await Db.Trades.GetPerformanceAsync(2, cancellationToken: Token)).Trades);
    }

    [Fact]
    public async Task A_call_that_is_repeated_with_its_id_makes_no_second_trade()
    {
        var trade = Trade(1) with { Id = Guid.CreateVersion7() };

        var (first, opened) = await Db.Trades.OpenAsync(trade, Token);
        var (again, repeated) = await Db.Trades.OpenAsync(trade with { Symbol = "OTHER" }, Token);

        Assert.Equal((false, true), (opened.AlreadyExisted, repeated.AlreadyExisted));
        Assert.Equal((first.Id, first.EntryTimestamp, first.Symbol), (again.Id, again.EntryTimestamp, again.Symbol));
        Assert.Single(await ToListAsync(Db.Trades.ListAsync(cancellationToken: Token)));
    }

    [Fact]
    public async Task Closing_what_is_not_open_is_refused_by_name()
    {
        var trade = (await Db.Trades.OpenAsync(Trade(1), Token)).Trade;
        await Db.Trades.CloseAsync(trade.Id, new TradeClose { Cancelled = true }, 1, Token);

        var state = await Assert.ThrowsAsync<NexusStateException>(() =>
            Db.Trades.CloseAsync(trade.Id, new TradeClose { ExitPrice = 1m }, cancellationToken: Token));
        var unknown = Guid.CreateVersion7();
        var missing = await Assert.ThrowsAsync<NexusNotFoundException>(() =>
            Db.Trades.CloseAsync(unknown, new TradeClose { ExitPrice = 1m }, cancellationToken: Token));

        Assert.Contains(trade.Id.ToString(), state.Message, StringComparison.Ordinal);
        Assert.Contains(unknown.ToString(), missing.Message, StringComparison.Ordinal);
        Assert.Equal(TradeStatus.Cancelled, (await Db.Trades.GetAsync(trade.Id, cancellationToken: Token))!.Status);
    }

    [Fact]
    public async Task An_expired_subscriber_opens_nothing_new_but_closes_what_is_open()
    {
        var held = (await Db.Trades.OpenAsync(Trade(1), Token)).Trade;
        await Db.Users.SaveAsync(1, new UserChange { ExpiresAt = held.EntryTimestamp.AddDays(-1) }, cancellationToken: Token);

        await Assert.ThrowsAsync<NexusStateException>(() => Db.Trades.OpenAsync(Trade(1), Token));
        Assert.Equal(TradeStatus.Closed, (await Db.Trades.CloseAsync(held.Id, new TradeClose { ExitPrice = 1m }, cancellationToken: Token))
            .Trade.Status);
    }

    [Fact]
    public async Task Appending_stores_what_is_good_and_reports_the_rest_by_place()
    {
        await Db.Users.SaveAsync(9, new UserChange { ExpiresAt = Make.Noon.AddYears(-1) }, cancellationToken: Token);
        var twice = Trade(1) with { Id = Guid.CreateVersion7(), Status = TradeStatus.Closed, ExitPrice = 1m, Pnl = 5m };

        var report = await Db.Trades.AppendAsync(Async(), Token);

        Assert.Equal((2502L, 1L, 3L), (report.Stored, report.AlreadyExisted, report.Rejected));
        Assert.Equal([(2L, "invalid"), (4L, "invalid"), (5L, "invalid_state")],
            report.Rejections.Select(rejection => (rejection.Index, rejection.Code)));
        Assert.Contains("entryPrice", report.Rejections[0].Message, StringComparison.Ordinal);
        Assert.Equal(2502, (await ToListAsync(Db.Trades.ListAsync(cancellationToken: Token))).Count);

        async IAsyncEnumerable<Trade> Async()
        {
            yield return twice;
            yield return Trade(2);
            yield return Trade(1) with { EntryPrice = 0m };
            yield return twice;
            yield return Trade(1) with { Symbol = new string('x', 65) };
            yield return Trade(9);
            for (var i = 0; i < 2500; i++) yield return Trade(3) with { EntryTimestamp = Make.Noon.AddSeconds(i) };
            await Task.Yield();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_append_that_stops_half_way_tells_what_was_stored_and_may_be_repeated(bool cancel)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Trade[] trades = [.. Enumerable.Range(0, 1500).Select(i => Trade(1)
            with { Id = Guid.CreateVersion7(), EntryTimestamp = Make.Noon.AddSeconds(i) })];

        var report = await Db.Trades.AppendAsync(Stopping(), cancellation.Token);

        Assert.False(report.IsComplete);
        Assert.True(cancel ? report.StoppedBy is OperationCanceledException : report.StoppedBy is InvalidDataException, $"{report.StoppedBy}");
        Assert.Equal((1000L, 0L, 0L), (report.Stored, report.AlreadyExisted, report.Rejected));
        Assert.Equal(1000, (await ToListAsync(Db.Trades.ListAsync(cancellationToken: Token))).Count);
        var again = await Db.Trades.AppendAsync(trades.ToAsyncEnumerable(), Token);
        Assert.Equal((true, 500L, 1000L), (again.IsComplete, again.Stored, again.AlreadyExisted));

        async IAsyncEnumerable<Trade> Stopping()
        {
            foreach (var trade in trades.Take(1200)) yield return trade;
            await Task.Yield();
            if (!cancel) throw new InvalidDataException("the input is broken");
            await cancellation.CancelAsync();
            cancellation.Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task An_append_that_stops_before_anything_is_stored_throws()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => Db.Trades.AppendAsync(Broken(), Token));

        Assert.Empty(await ToListAsync(Db.Trades.ListAsync(cancellationToken: Token)));

        async IAsyncEnumerable<Trade> Broken()
        {
            yield return Trade(1);
            await Task.Yield();
            throw new InvalidDataException("the input is broken");
        }
    }

    [Fact]
    public async Task A_batch_of_sessions_and_single_saves_of_the_same_chats_keep_the_order_of_the_calls()
    {
        List<Task> calls = [];
        for (var n = 1; n <= 60; n++)
        {
            var (config, number) = (StateJson.Parse($$"""{"n":{{n}}}"""), n);
            if (n % 3 == 0)
                calls.Add(Db.Sessions.SaveBatchAsync([.. Enumerable.Range(1, 5)
                    .Select(chat => new Nexus.Sessions.Session(chat, null, null, config))], Token));
            else calls.AddRange(Enumerable.Range(1, 5).Select(chat =>
                Db.Sessions.SaveAsync(new Nexus.Sessions.Session(chat, null, null, config), cancellationToken: Token)));
        }
        await Task.WhenAll(calls);

        for (var chat = 1; chat <= 5; chat++) Assert.Equal(60, (await Db.Sessions.GetAsync(chat, Token))!.Config.Root.GetProperty("n").GetInt32());
        Assert.Equal(0, Db.QueuedWrites);
    }

    [Fact]
    public async Task Trades_are_queried_page_by_page_newest_first()
    {
        for (var i = 0; i < 7; i++)
            await Db.Trades.OpenAsync(Trade(1 + i % 2) with { EntryTimestamp = Make.Noon.AddDays(-i * 10), Symbol = i < 4 ? "BTCUSDT" : "ETHUSDT" },
                Token);

        var first = await ToListAsync(Db.Trades.ListAsync(new TradeFilter { Limit = 4 }, Token));
        var second = await ToListAsync(Db.Trades.ListAsync(new TradeFilter { Limit = 4, After = first[^1] }, Token));

        Assert.Equal(Enumerable.Range(0, 7).Select(i => Make.Noon.AddDays(-i * 10)), first.Concat(second).Select(trade => trade.EntryTimestamp));
        Assert.Equal(2, (await ToListAsync(Db.Trades.ListAsync(new TradeFilter { ChatId = 1, Symbol = "ETHUSDT", Status = TradeStatus.Open }, Token)))
            .Count);
        Assert.Equal(2, (await ToListAsync(Db.Trades.ListAsync(new TradeFilter { From = Make.Noon.AddDays(-20), To = Make.Noon }, Token))).Count);
    }

    [Fact]
    public async Task A_close_by_id_means_the_only_open_trade_with_it_and_is_refused_where_several_are()
    {
        var id = Guid.CreateVersion7();
        var close = new TradeClose { ExitPrice = 110m };
        foreach (var chat in new long[] { 3, 1, 2 })
            await Db.Trades.OpenAsync(Trade(chat) with { Id = id, EntryTimestamp = Make.Noon.AddDays(chat * 30) }, Token);

        var several = await Assert.ThrowsAsync<NexusAmbiguousException>(() => Db.Trades.CloseAsync(id, close, cancellationToken: Token));
        Assert.Equal(["1", "2", "3"], several.ChatIds);
        Assert.Equal(["1", "2", "3"], (await Assert.ThrowsAsync<NexusAmbiguousException>(() => Db.Trades.GetAsync(id, cancellationToken: Token)))
            .ChatIds);

        var third = (await Db.Trades.CloseAsync(id, close, 3, Token)).Trade;
        var first = (await Db.Trades.CloseAsync(new TradeKey(1, Make.Noon.AddDays(30), id), close, Token)).Trade;
        Assert.Equal((ChatId)3, third.ChatId);
        Assert.Equal(((ChatId)1, 2L, TradeStatus.Closed), (first.ChatId, first.Version, first.Status));
        Assert.Equal(TradeStatus.Open, (await Db.Trades.GetAsync(id, 2, Token))!.Status);

        // The newest of them is closed, and so are all others but one.
        var second = (await Db.Trades.CloseAsync(id, close with { Cancelled = true }, cancellationToken: Token)).Trade;
        Assert.Equal(((ChatId)2, TradeStatus.Cancelled), (second.ChatId, second.Status));
        Assert.Equal(["1", "2", "3"], (await Assert.ThrowsAsync<NexusAmbiguousException>(() =>
            Db.Trades.CloseAsync(id, close, cancellationToken: Token))).ChatIds);
        await Assert.ThrowsAsync<NexusStateException>(() => Db.Trades.CloseAsync(id, close, 2, Token));
        await Assert.ThrowsAsync<NexusStateException>(() => Db.Trades.CloseAsync(new TradeKey(1, Make.Noon.AddDays(30), id), close, Token));
        await Assert.ThrowsAsync<NexusNotFoundException>(() => Db.Trades.CloseAsync(new TradeKey(1, Make.Noon, id), close, Token));
        Assert.Equal([2L, 2L, 2L], (await ToListAsync(Db.Trades.ListAsync(cancellationToken: Token))).Select(trade => trade.Version));
    }

    [Fact]
    public async Task One_chat_with_an_id_at_two_times_needs_the_whole_key()
    {
        var id = Guid.CreateVersion7();
        foreach (var day in new[] { 1, 2 }) await Db.Trades.OpenAsync(Trade(1) with { Id = id, EntryTimestamp = Make.Noon.AddDays(day) }, Token);

        var several = await Assert.ThrowsAsync<NexusAmbiguousException>(() =>
            Db.Trades.CloseAsync(id, new TradeClose { Cancelled = true }, 1, Token));
        Assert.Contains("entryTimestamp", several.Message, StringComparison.Ordinal);
        await Db.Trades.CloseAsync(new TradeKey(1, Make.Noon.AddDays(1), id), new TradeClose { Cancelled = true }, Token);
        Assert.Equal(Make.Noon.AddDays(2), (await Db.Trades.CloseAsync(id, new TradeClose { Cancelled = true }, 1, Token)).Trade.EntryTimestamp);
    }

    [Fact]
    public async Task Secrets_in_the_metadata_are_out_of_sight()
    {
        var trade = (await Db.Trades.OpenAsync(Trade(1) with { Metadata = StateJson.Parse("""{"api_key":"abc","note":"n"}""") }, Token)).Trade;

        var stored = (await Db.Trades.GetAsync(trade.Id, cancellationToken: Token))!;
        AssertJson("""{"api_key":"abc","note":"n"}""", stored.Metadata.Reveal());
        AssertJson($$"""{"api_key":"{{Secret.Mask}}","note":"n"}""", Make.WithoutTags(stored.Metadata.ToString()));
    }
}
