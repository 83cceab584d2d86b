using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Store;

/// <summary>The connection breaks while a commit is in flight: what became of it is found out, never guessed.</summary>
public class LostAnswerTests
{
    private static readonly byte[] Ledger = Encoding.ASCII.GetBytes("nexus_commits");
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes("INSERT 0 ");

    private static async Task<(StoreFixture Fixture, TcpProxy Proxy)> CreateAsync(TimeSpan? patience = null, TimeSpan? commandTimeout = null)
    {
        TcpProxy? proxy = null;
        var fixture = await StoreFixture.CreateAsync((options, database) =>
        {
            proxy = new TcpProxy(database.Cluster.Host, database.Cluster.Port);
            options.Database = database.Cluster.Url(database.Name, port: proxy.Port);
            // Unprepared statements carry their text, by which the proxy knows a batch.
            options.Database += "&max%20auto%20prepare=0";
            if (patience is { } time) options.ConnectTimeout = time;
            if (commandTimeout is { } limit) options.CommandTimeout = limit;
        });
        return (fixture, proxy!);
    }

    /// <summary>Does this once to the next bytes that carry a batch to the server.</summary>
    private static Task OnNextBatch(TcpProxy proxy, Verdict verdict, Action? then = null)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Judge = (way, bytes) =>
        {
            if (way != Way.ToServer || bytes.Span.IndexOf(Ledger) < 0) return Verdict.Pass;
            proxy.Judge = null;
            then?.Invoke();
            done.TrySetResult();
            return verdict;
        };
        return done.Task;
    }

    /// <summary>Completes when bytes that hold the mark come by on their way to the server, after doing this once.</summary>
    private static Task OnNext(TcpProxy proxy, byte[] mark, Action? then = null)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Judge = (way, bytes) =>
        {
            if (way != Way.ToServer || bytes.Span.IndexOf(mark) < 0) return Verdict.Pass;
            proxy.Judge = null;
            then?.Invoke();
            done.TrySetResult();
            return Verdict.Pass;
        };
        return done.Task;
    }

    /// <summary>Lets the next batch pass and cuts the connection when the server answers, which it does when it has committed.</summary>
    private static Task OnNextAnswer(TcpProxy proxy, Action? andThen = null)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = OnNextBatch(proxy, Verdict.Pass, then: () => proxy.Judge = (way, bytes) =>
        {
            // The listener's connection receives the notice meanwhile, which is not a response.
            if (way != Way.ToClient || bytes.Span.IndexOf(Answer) < 0) return Verdict.Pass;
            proxy.Judge = null;
            andThen?.Invoke();
            done.TrySetResult();
            return Verdict.Cut;
        });
        return done.Task;
    }

    /// <summary>Cuts the connection at the next COMMIT of a transaction: on its way to the server, or that of its answer.</summary>
    private static void OnNextCommit(TcpProxy proxy, bool arrives)
    {
        // With its terminator: the batch begins with ISOLATION LEVEL READ COMMITTED.
        var commit = Encoding.ASCII.GetBytes("COMMIT\0");
        proxy.Judge = (way, bytes) =>
        {
            if (way != Way.ToServer || bytes.Span.IndexOf(commit) < 0) return Verdict.Pass;
            proxy.Judge = null;
            if (!arrives) return Verdict.Cut;
            proxy.Judge = (back, answer) =>
            {
                if (back != Way.ToClient || answer.Span.IndexOf(commit) < 0) return Verdict.Pass;
                proxy.Judge = null;
                return Verdict.Cut;
            };
            return Verdict.Pass;
        };
    }

    [Fact]
    public async Task A_batch_that_was_committed_is_reported_as_applied_and_not_applied_twice()
    {
        var (fixture, proxy) = await CreateAsync();
        await using var _ = fixture;
        await using var __ = proxy;
        var trade = Make.Trade("1");
        await fixture.ApplyAllAsync(Make.Session("1", """{"n":1}"""),
            Make.User("1", expiry: new Nexus.Users.Expiry(Users.ExpiryKind.At, Make.Noon.AddYears(50))), new Nexus.Trades.OpenTrade(Make.Trade("9")));

        var cut = OnNextAnswer(proxy);
        var outcomes = await fixture.ApplyAllAsync(
            Make.Patch("1", """{"m":2}"""), Make.Session("2"), new Nexus.Users.ExtendUser("1", 10),
            Make.State(assets: BotState.AssetChange.Disable("BTC")), Make.Config("k", "1", expected: 0),
            new Nexus.Trades.OpenTrade(trade), Make.Session("3", expected: 5), new Nexus.Sessions.DeleteSession("4", null));
        await cut;

        Assert.Equal(
            [WriteStatus.Applied, WriteStatus.Applied, WriteStatus.Applied, WriteStatus.Applied, WriteStatus.Applied, WriteStatus.Applied],
            outcomes[..6].Select(outcome => outcome.Status));
        Assert.Equal([2, 1, 2, 1, 1, 1], outcomes[..6].Select(outcome => outcome.Version));
        Assert.Equal(Make.Noon.AddYears(50).AddDays(10), Assert.Single(await fixture.Store.GetUsersAsync(["1"], StoreFixture.Token)).ExpiresAt);
        Assert.Equal(2, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_commits WHERE committed_at IS NOT NULL"));
    }

    /// <summary>A caller that was told the version of the later state would replace it without having seen it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_that_was_replaced_before_it_was_found_out_is_not_told_the_version_of_another(bool isRemoved)
    {
        var (fixture, proxy) = await CreateAsync();
        await using var _ = fixture;
        await using var __ = proxy;
        await fixture.ApplyAsync(Make.Session("1", """{"n":1}"""));
        var other = await fixture.OpenAnotherAsync();

        var cut = OnNextAnswer(proxy, andThen: proxy.Hold);
        var writing = fixture.ApplyAsync(Make.Session("1", """{"n":2}"""));
        await cut;
        if (isRemoved) await other.ApplyAsync([new Nexus.Sessions.DeleteSession("1", null)], atomic: false, StoreFixture.Token);
        await other.ApplyAsync([Make.Session("1", """{"n":3}""")], atomic: false, StoreFixture.Token);
        proxy.Release();

        var outcome = await writing;
        if (isRemoved) Assert.IsType<UnknownOutcomeException>(outcome.Error);
        else Assert.Equal((WriteStatus.Applied, 2L), (outcome.Status, outcome.Version));
        Assert.Equal(isRemoved ? 1 : 3, Assert.Single(await fixture.Store.GetSessionsAsync(["1"], StoreFixture.Token)).Version);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Trades_whose_copy_is_cut_off_at_its_commit_are_there_once(bool arrives)
    {
        var (fixture, proxy) = await CreateAsync();
        await using var _ = fixture;
        await using var __ = proxy;
        await fixture.ApplyAsync(new Nexus.Trades.OpenTrade(Make.Trade("9")));

        var cut = arrives ? OnNextAnswer(proxy) : OnNextBatch(proxy, Verdict.Cut);
        var outcomes = await fixture.ApplyAllAsync([.. Enumerable.Range(0, 150).Select(n => new Nexus.Trades.OpenTrade(Make.Trade($"{n}")))]);
        await cut;

        Assert.All(outcomes, outcome => Assert.Equal((WriteStatus.Applied, 1L), (outcome.Status, outcome.Version)));
        Assert.Equal(151, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM trades"));
    }

    [Fact]
    public async Task A_batch_that_never_arrived_is_sent_again()
    {
        var (fixture, proxy) = await CreateAsync();
        await using var _ = fixture;
        await using var __ = proxy;
        await fixture.ApplyAsync(Make.Session("1", """{"n":1}"""));

        var cut = OnNextBatch(proxy, Verdict.Cut);
        var outcome = await fixture.ApplyAsync(Make.Patch("1", """{"m":2}"""));
        await cut;

        Assert.Equal((WriteStatus.Applied, 2L), (outcome.Status, outcome.Version));
        // The id of the lost batch is taken, so that it could not be committed later.
        Assert.Equal(1, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_commits WHERE committed_at IS NULL"));
    }

    [Fact]
    public async Task A_batch_that_still_runs_is_waited_for()
    {
        var (fixture, proxy) = await CreateAsync();
        await using var _ = fixture;
        await using var __ = proxy;
        await fixture.ApplyAsync(Make.Session("1"));
        await using var blocker = await fixture.Database.DataSource.OpenConnectionAsync(StoreFixture.Token);
        await using var transaction = await blocker.BeginTransactionAsync(StoreFixture.Token);
        await using (var command = new Npgsql.NpgsqlCommand("LOCK TABLE nexus_commits IN SHARE MODE", blocker)) await command.ExecuteNonQueryAsync(
            StoreFixture.Token);

        // The server looks at its connection only when it has done what it was sent.
        var cut = OnNextBatch(proxy, Verdict.Pass);
        var writing = fixture.ApplyAsync(Make.Session("1"));
        await cut;
        await Eventually.TrueAsync(async () => await fixture.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 1);
        proxy.CutAll();
        await Eventually.TrueAsync(async () => await fixture.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 2);
        await transaction.CommitAsync(StoreFixture.Token);

        var outcome = await writing;
        Assert.Equal((WriteStatus.Applied, 2L), (outcome.Status, outcome.Version));
        Assert.Equal(2, Assert.Single(await fixture.Store.GetSessionsAsync(["1"], StoreFixture.Token)).Version);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_atomic_batch_whose_commit_is_cut_off_is_applied_once(bool arrives)
    {
        var (fixture, proxy) = await CreateAsync();
        await using var _ = fixture;
        await using var __ = proxy;
        await fixture.ApplyAsync(Make.Session("1", """{"n":1}"""));

        OnNextCommit(proxy, arrives);
        var outcomes = await fixture.ApplyAtomicAsync(Make.Patch("1", """{"m":2}"""), Make.Session("2"));

        Assert.Equal([(WriteStatus.Applied, 2L), (WriteStatus.Applied, 1L)], outcomes.Select(outcome => (outcome.Status, outcome.Version)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Neighbours_of_a_bad_row_whose_commit_is_cut_off_are_applied_once(bool arrives)
    {
        var (fixture, proxy) = await CreateAsync();
        await using var _ = fixture;
        await using var __ = proxy;
        await fixture.Database.ExecuteAsync(BadRowTests.Constraint);
        await fixture.ApplyAsync(Make.Session("1", """{"n":1}"""));

        OnNextCommit(proxy, arrives);
        var outcomes = await fixture.ApplyAllAsync(Make.Patch("1", """{"m":2}"""), Make.Session("2", """{"martingale":true}"""), Make.Session("3"));

        Assert.Equal([WriteStatus.Applied, WriteStatus.Failed, WriteStatus.Applied], outcomes.Select(outcome => outcome.Status));
        Assert.Equal("23514", Assert.IsType<StoreRejectedException>(outcomes[1].Error).StoreCode);
        Assert.Equal([2, 1], [outcomes[0].Version, outcomes[2].Version]);
        Assert.Equal(2, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_commits WHERE committed_at IS NOT NULL"));
    }

    [Fact]
    public async Task What_cannot_be_found_out_in_time_is_unknown_and_said_so()
    {
        var (fixture, proxy) = await CreateAsync(patience: TimeSpan.FromSeconds(2));
        await using var _ = fixture;
        await using var __ = proxy;

        var cut = OnNextBatch(proxy, Verdict.Cut, then: () => proxy.Refusing = true);
        await Assert.ThrowsAsync<UnknownOutcomeException>(() => fixture.ApplyAsync(Make.Session("1")));
        await cut;

        proxy.Refusing = false;
        Assert.Equal(WriteStatus.Applied, (await fixture.ApplyAsync(Make.Session("1"))).Status);
    }

    [Fact]
    public async Task Connections_that_broke_in_the_pool_are_no_caller_s_trouble()
    {
        var (fixture, proxy) = await CreateAsync();
        await using var _ = fixture;
        await using var __ = proxy;
        await Task.WhenAll(Enumerable.Range(0, 5).Select(n => fixture.ApplyAsync(Make.Session($"{n}"))));

        proxy.CutAll();

        Assert.Equal(2, (await fixture.ApplyAsync(Make.Session("1"))).Version);
        proxy.CutAll();
        Assert.Equal(2, Assert.Single(await fixture.Store.GetSessionsAsync(["1"], StoreFixture.Token)).Version);
    }

    [Fact]
    public async Task Old_rows_of_the_ledger_are_forgotten_and_new_ones_kept()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.ApplyAsync(Make.Session("1"));
        await fixture.Database.ExecuteAsync("DELETE FROM nexus_commits");
        var now = await fixture.Store.GetTimeAsync(StoreFixture.Token);
        foreach (var (age, isFence) in new[] { (TimeSpan.FromMinutes(59), false), (TimeSpan.FromHours(2), false), (TimeSpan.FromHours(2), true),
            (TimeSpan.FromDays(2), true) })
        {
            await fixture.Database.ExecuteAsync(
                "INSERT INTO nexus_commits VALUES ($1, $2)", Guid.CreateVersion7(now - age), isFence ? null : (now - age).UtcDateTime);
        }
        await fixture.Database.ExecuteAsync("INSERT INTO nexus_commits SELECT gen_random_uuid(), now() FROM generate_series(1, 10)");

        await new CommitRows(fixture.Store.Pool, SchemaNames.Of("public"), TimeProvider.System).ForgetAsync(StoreFixture.Token);

        Assert.Equal(12, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_commits"));
        Assert.Equal(1, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_commits WHERE committed_at IS NULL"));
    }

    [Fact]
    public async Task Trades_that_a_dead_route_does_not_take_are_given_up_in_time()
    {
        var (fixture, proxy) = await CreateAsync(commandTimeout: TimeSpan.FromSeconds(1));
        await using var _ = fixture;
        await using var __ = proxy;
        await fixture.ApplyAsync(new Nexus.Trades.OpenTrade(Make.Trade("1", Make.Noon)));
        var copyHeld = OnNext(proxy, "PGCOPY"u8.ToArray(), proxy.Hold);

        // More than the buffers on the way take.
        var text = $$"""{"text":"{{new string('x', 200_000)}}"}""";
        var trades = Enumerable.Range(0, 200).Select(n => new Nexus.Trades.OpenTrade(Make.Trade("2", Make.Noon.AddSeconds(n))
            with
        { Metadata = Make.Utf8(text) })).ToArray();
        var applying = fixture.ApplyAllAsync(trades);
        await copyHeld.WaitAsync(TimeSpan.FromSeconds(30), StoreFixture.Token);
        // Four times what a statement may take; then the ledger can be asked what became of the batch.
        await Task.WhenAny(applying, Task.Delay(TimeSpan.FromSeconds(4), StoreFixture.Token));
        var sentInParts = OnNext(proxy, "SAVEPOINT"u8.ToArray());
        proxy.Release();

        var error = await Record.ExceptionAsync(() => applying.WaitAsync(TimeSpan.FromSeconds(60), StoreFixture.Token));
        // Only an abandoned COPY is sent again as statements, which may also take too long on a slow machine.
        await sentInParts.WaitAsync(TimeSpan.FromSeconds(30), StoreFixture.Token);
        if (error is null) Assert.All(await applying, outcome => Assert.True(outcome.IsApplied));
        else Assert.Equal(StoreUnavailableReason.TimedOut, Assert.IsType<StoreUnavailableException>(error).Reason);
        Assert.Equal(error is null ? 201 : 1, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM trades"));
    }
}
