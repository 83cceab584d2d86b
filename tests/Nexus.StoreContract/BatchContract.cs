using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.TestKit;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.StoreContract;

/// <summary>Many writes in one transaction, and many transactions at once.</summary>
public abstract class BatchContract : StoreContract
{
    [Fact]
    public async Task Each_write_of_a_batch_has_its_own_outcome_in_its_own_place()
    {
        await ApplyAllAsync(Make.Session("1"), Make.Session("3"), Make.User("1"));
        var trade = Make.Trade("1");

        var outcomes = await ApplyAllAsync(
            Make.Config("k", "1"),
            Make.Session("2", expected: 9),
            Make.Session("3", """{"a":1}"""),
            new OpenTrade(trade),
            new ExtendUser("9", 5),
            Make.Patch("1", """{"b":1}"""),
            Make.State(ai: false),
            Make.Close(Guid.CreateVersion7(), 1m),
            Make.User("1", "Ana", expected: 7),
            Make.User("2", "Eva"));

        AssertApplied(1, outcomes[0]);
        AssertConflict(0, outcomes[1]);
        AssertApplied(2, outcomes[2]);
        AssertApplied(1, outcomes[3]);
        AssertStatus(WriteStatus.NotFound, outcomes[4]);
        AssertApplied(2, outcomes[5]);
        AssertApplied(1, outcomes[6]);
        AssertStatus(WriteStatus.NotFound, outcomes[7]);
        AssertConflict(1, outcomes[8]);
        AssertApplied(1, outcomes[9]);
        Assert.Null(await SessionAsync("2"));
        Make.AssertJson("""{"a":1}""", (await SessionAsync("3"))!.Config);
        Assert.Null((await UserAsync("1"))!.Name);
        Assert.Equal("Eva", (await UserAsync("2"))!.Name);
        Assert.NotNull(await TradeAsync(trade.Id));
    }

    [Fact]
    public async Task One_write_that_fails_leaves_its_neighbours()
    {
        await ApplyAsync(Make.Session("2", $$"""{"a":"{{new string('x', 200_000)}}"}"""));
        var full = Make.Trade("1") with { Fees = 99_999_999_999_999_999_999.99999999m };
        await ApplyAsync(new OpenTrade(full));

        var outcomes = await ApplyAllAsync(
            Make.Session("1"),
            Make.Patch("2", $$"""{"b":"{{new string('y', 100_000)}}"}"""),
            Make.Session("3"),
            Make.Close(full.Id, 1m, fees: 1m),
            Make.User("1"));

        AssertApplied(1, outcomes[0]);
        AssertTooLarge("config", outcomes[1]);
        AssertApplied(1, outcomes[2]);
        AssertStatus(WriteStatus.Failed, outcomes[3]);
        AssertApplied(1, outcomes[4]);
        Assert.NotNull(await SessionAsync("3"));
        Assert.NotNull(await UserAsync("1"));
    }

    [Fact]
    public async Task An_atomic_batch_with_one_culprit_changes_nothing()
    {
        await ApplyAllAsync(Make.Session("1", """{"old":1}"""), Make.State("""{"old":true}"""), Make.Config("k", "1"));
        var trade = Make.Trade("1");

        var outcomes = await ApplyAtomicAsync(
            Make.Session("1", """{"new":1}"""), Make.Session("2", expected: 5), Make.User("1"), Make.State(ai: false), Make.Config("k", "2"),
            new OpenTrade(trade), new Nexus.Sessions.DeleteSession("9", null));

        AssertStatus(WriteStatus.RolledBack, outcomes[0]);
        AssertConflict(0, outcomes[1]);
        Assert.All(outcomes[2..6], outcome => AssertStatus(WriteStatus.RolledBack, outcome));
        AssertStatus(WriteStatus.NotFound, outcomes[6]);
        Make.AssertJson("""{"old":1}""", (await SessionAsync("1"))!.Config);
        Assert.Null(await SessionAsync("2"));
        Assert.Null(await UserAsync("1"));
        Assert.Null(await TradeAsync(trade.Id));
        Make.AssertJson("1", (await ConfigAsync("k"))!.Value);
        Assert.True((await Store.GetBotStateAsync(Token)).AiFilter);
    }

    [Fact]
    public async Task An_atomic_batch_with_a_write_that_fails_changes_nothing()
    {
        await ApplyAsync(Make.Session("2", $$"""{"a":"{{new string('x', 200_000)}}"}"""));

        var outcomes = await ApplyAtomicAsync(Make.Session("1"), Make.Patch("2", $$"""{"b":"{{new string('y', 100_000)}}"}"""));

        AssertStatus(WriteStatus.RolledBack, outcomes[0]);
        AssertTooLarge("config", outcomes[1]);
        Assert.Null(await SessionAsync("1"));
    }

    [Fact]
    public async Task An_atomic_batch_without_a_culprit_is_applied_as_a_whole()
    {
        var trade = Make.Trade("1");
        await ApplyAsync(new OpenTrade(trade));

        var outcomes = await ApplyAtomicAsync(Make.Session("1"), Make.Session("2", expected: 0), Make.User("1"), Make.State(ai: false),
            Make.Close(trade.Id, 110m), Make.Config("k", "1"));

        Assert.Equal([1L, 1L, 1L, 1L, 2L, 1L], outcomes.Select(outcome => outcome.Version));
        Assert.All(outcomes, outcome => AssertStatus(WriteStatus.Applied, outcome));
        // With Citus each node tells the time of its own transaction.
        if (!CitusCluster.IsAsked) Assert.Single(outcomes.Select(outcome => outcome.At).Distinct());
    }

    [Fact]
    public async Task A_batch_that_comes_again_is_there_already()
    {
        Write[] batch = [Make.Session("1", expected: 0), Make.User("1", "Ana"), Make.State(ai: false), Make.Config("k", "1"),
            new OpenTrade(Make.Trade("1"))];
        var first = await ApplyAtomicAsync(batch);

        foreach (var atomic in new[] { true, false })
        {
            var again = await Store.ApplyAsync(batch, atomic, Token);
            Assert.Equal(first.Select(outcome => outcome with { Status = WriteStatus.AlreadyApplied }), again);
        }
        Assert.Equal(1, (await SessionAsync("1"))!.Version);
    }

    [Fact]
    public async Task What_is_there_already_is_no_culprit()
    {
        var save = Make.Session("1");
        await ApplyAsync(save);

        var outcomes = await ApplyAtomicAsync(save, Make.Session("2"));

        AssertStatus(WriteStatus.AlreadyApplied, outcomes[0]);
        AssertApplied(1, outcomes[1]);
    }

    [Fact]
    public async Task An_empty_batch_has_no_outcomes()
    {
        Assert.Empty(await ApplyAllAsync());
        Assert.Empty(await ApplyAtomicAsync());
    }

    [Fact]
    public async Task A_large_batch_is_applied_as_one()
    {
        var writes = Enumerable.Range(0, 5000).Select(i => Make.Session($"{i}", $$"""{"n":{{i}}}""")).ToArray();

        var outcomes = await ApplyAtomicAsync(writes);

        Assert.All(outcomes, outcome => AssertApplied(1, outcome));
        var rows = await Store.GetSessionsAsync([.. writes.Select(write => write.ChatId)], Token);
        Assert.Equal(5000, rows.Count);
        Assert.All(rows, row => Make.AssertJson($$"""{"n":{{row.ChatId}}}""", row.Config));
    }

    [Fact]
    public async Task Batches_that_touch_the_same_records_in_opposite_orders_all_come_through()
    {
        var keys = Enumerable.Range(0, 10).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var round = 0; round < 10; round++)
            {
                var order = writer % 2 == 0 ? keys : [.. keys.Reverse()];
                var outcomes = await ApplyAtomicAsync(
                    [.. order.Select(key => (Write)Make.Session($"{key}")), .. order.Select(key => (Write)Make.User($"{key}")),
                        Make.State(ai: writer % 2 == 0)]);
                Assert.All(outcomes, outcome => AssertStatus(WriteStatus.Applied, outcome));
            }
        }));

        Assert.All(await Store.GetSessionsAsync([.. keys.Select(key => $"{key}")], Token), row => Assert.Equal(80, row.Version));
        Assert.Equal(80, (await Store.GetBotStateAsync(Token)).Version);
    }

    [Fact]
    public async Task Writers_of_different_fields_lose_nothing()
    {
        await ApplyAsync(Make.Session("1"));

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => ApplyAsync(Make.Patch("1", $$"""{"f{{i}}":{{i}}}"""))));
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            ApplyAsync(Make.State($$"""{"s{{i}}":true}""", assets: AssetChange.Disable($"A{i}")))));

        var row = (await SessionAsync("1"))!;
        Make.AssertJson("{" + string.Join(',', Enumerable.Range(0, 60).Select(i => $"\"f{i}\":{i}")) + "}", row.Config);
        Assert.Equal(61, row.Version);
        var state = await Store.GetBotStateAsync(Token);
        Assert.Equal(40, state.DisabledAssets.Count);
        Make.AssertJson("{" + string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"s{i}\":true")) + "}", state.Strategies);
    }

    [Fact]
    public async Task Of_many_that_saw_the_same_version_one_wins()
    {
        for (var version = 0; version < 5; version++)
        {
            var expected = version;
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => ApplyAsync(Make.Session("1", $$"""{"winner":{{i}}}""", expected))));

            var winner = Assert.Single(outcomes.Index(), entry => entry.Item.Status == WriteStatus.Applied);
            Assert.All(outcomes.Where(outcome => outcome.Status != WriteStatus.Applied), outcome => AssertConflict(expected + 1, outcome));
            Make.AssertJson($$"""{"winner":{{winner.Index}}}""", (await SessionAsync("1"))!.Config);
        }
    }

    [Fact]
    public async Task A_trade_that_many_close_is_closed_by_one()
    {
        var trade = Make.Trade("1");
        await ApplyAsync(new OpenTrade(trade));

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => ApplyAsync(Make.Close(trade.Id, 100m + i, fees: i))));

        var winner = Assert.Single(outcomes.Index(), entry => entry.Item.Status == WriteStatus.Applied);
        Assert.Equal(7, outcomes.Count(outcome => outcome.Status == WriteStatus.InvalidState));
        Assert.Equal(winner.Index + 1, (await TradeAsync(trade.Id))!.Fees);
    }

    [Fact]
    public async Task A_trade_that_many_open_is_stored_once()
    {
        var trade = Make.Trade("1");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ApplyAsync(new OpenTrade(trade))));

        Assert.Equal(1, outcomes.Count(outcome => outcome.Status == WriteStatus.Applied));
        Assert.Equal(7, outcomes.Count(outcome => outcome.Status == WriteStatus.AlreadyApplied));
        Assert.Single(await ToListAsync(Store.ListTradesAsync(new TradeQuery(), Token)));
    }

    [Fact]
    public async Task A_call_that_was_cancelled_before_it_began_writes_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ApplyAsync([Make.Session("1")], atomic: false, cancelled.Token));

        Assert.Null(await SessionAsync("1"));
    }
}
