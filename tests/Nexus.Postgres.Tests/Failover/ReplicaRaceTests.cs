using System.Diagnostics.CodeAnalysis;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.TestKit;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>The replica is the same as PostgreSQL in the end, whatever is written while it is compared.</summary>
public sealed class ReplicaRaceTests
{
    /// <summary>
    /// This instance and another one write, remove and create the same records, while the connection breaks again and again, so that the tables are
    /// compared in the middle of everything. Restarts come in between.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Writers_outages_and_restarts_leave_no_record_different(int seed)
    {
        const int Records = 40;
        await using var fallback = await FallbackFixture.CreateAsync();
        // Enough to be compared in several ranges.
        await ReplicaRestartTests.ExecuteAsync(fallback, """
            INSERT INTO sessions (chat_id, config, write_id)
            SELECT lpad((n / 100)::text, 2, '0') || '-' || n, '{}', gen_random_uuid() FROM generate_series(1, 3900) n;
            """);
        for (var round = 0; round < 4; round++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1.5));
            var store = fallback.Store;
            await Task.WhenAll(
                WriteAsync(store, new Random((seed * 100) + round), Records, stop.Token),
                WriteAsync(fallback.Other, new Random((seed * 1000) + round), Records, stop.Token),
                BreakAsync(fallback, stop.Token),
                FollowAsync(store, stop.Token));
            fallback.Home.ComeBack();
            await fallback.WhenServedAsync();
            if (round % 2 == 0) await fallback.ReopenAsync();
        }

        // A notice may be on its way.
        await Eventually.TrueAsync(async () =>
        {
            Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
            return await Record.ExceptionAsync(() => Replica.AssertSameAsync(fallback)) is null;
        }, TimeSpan.FromSeconds(15));
        await Replica.AssertSameAsync(fallback);
    }

    /// <summary>
    /// What a sync has read before it fails is in the replica. If it waited to be read again, a patch of this process that follows would be missing
    /// from the replica during an outage.
    /// </summary>
    [Fact]
    public async Task A_sync_that_fails_half_way_keeps_what_it_has_read()
    {
        // Unprepared statements carry their text, by which the proxy knows the read.
        await using var fallback = await FallbackFixture.CreateAsync(options => options.Database += "&max%20auto%20prepare=0");
        await fallback.ApplyAsync(Make.Session("1", """{"n":0}"""));
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
        // Sessions can be read, settings cannot.
        fallback.Home.Network.Judge = (way, bytes) =>
            way == Way.ToServer && bytes.Span.IndexOf("system_config WHERE key = ANY"u8) >= 0 ? Verdict.Cut : Verdict.Pass;
        var both = await fallback.Other.ApplyAsync(
            [Make.Patch("1", """{"other":1}"""), Make.Config("risk", "1")], atomic: true, FallbackFixture.Token);
        Assert.All(both, outcome => Assert.True(outcome.IsApplied));
        await Eventually.TrueAsync(async () =>
            await Record.ExceptionAsync(() => fallback.Store.FollowAsync(FallbackFixture.Token)) is StoreUnavailableException);

        Assert.False((await fallback.ApplyAsync(Make.Patch("1", """{"own":1}"""))).IsSpooled);
        fallback.Home.GoAway();

        Make.AssertJson("""{"n":0,"other":1,"own":1}""", (await fallback.SessionAsync("1"))!.Config);
        fallback.Home.Network.Judge = null;
    }

    /// <summary>
    /// One write of a batch is applied, and PostgreSQL becomes unavailable before the outcome of the other is known. This process reads the first one
    /// from the replica.
    /// </summary>
    [Fact]
    public async Task What_was_applied_of_a_batch_that_then_failed_is_in_the_replica()
    {
        // Unprepared statements carry their text, by which the proxy knows the question why nobody was removed.
        await using var fallback = await FallbackFixture.CreateAsync(options => options.Database += "&max%20auto%20prepare=0");
        await fallback.ApplyAsync(Make.Session("1", """{"n":0}"""));
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
        fallback.Home.Network.Judge = (way, bytes) =>
        {
            if (way != Way.ToServer || bytes.Span.IndexOf("updated_at, write_id FROM"u8) < 0) return Verdict.Pass;
            fallback.Home.GoAway();
            return Verdict.Cut;
        };

        var outcomes = await fallback.Store.ApplyAsync(
            [Make.Patch("1", """{"own":1}"""), new RemoveUser("2", null)], atomic: false, FallbackFixture.Token);

        Assert.True(outcomes[0] is { Status: WriteStatus.Applied, IsSpooled: false } && fallback.Store.Status.IsLocal, $"{outcomes[0]}");
        Make.AssertJson("""{"n":0,"own":1}""", (await fallback.SessionAsync("1"))!.Config);
    }

    /// <summary>
    /// A comparison of the tables reads a record between two patches of this process. The replica cannot apply both as one, and needs them during the
    /// outage that begins before the comparison ends.
    /// </summary>
    [Fact]
    [SuppressMessage("Usage", "VSTHRD002", Justification = "The comparison waits for its response meanwhile.")]
    public async Task Patches_between_which_a_comparison_reads_the_record_are_in_the_replica()
    {
        // Unprepared statements carry their text, by which the proxy knows the comparison.
        await using var fallback = await FallbackFixture.CreateAsync(options => options.Database += "&max%20auto%20prepare=0");
        await fallback.ApplyAsync(Make.Session("1", """{"n":0}"""));
        // The second call settles what the replica has, so that checksums are compared.
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
        await fallback.GoAwayAsync();
        var patches = 0;
        fallback.Home.Network.Judge = (way, bytes) =>
        {
            if (way != Way.ToServer || bytes.Span.IndexOf("WITH p AS MATERIALIZED"u8) < 0) return Verdict.Pass;
            // Sessions are compared before trades.
            if (bytes.Span.IndexOf("sessions\nWHERE"u8) >= 0 && Interlocked.CompareExchange(ref patches, 1, 0) == 0) Patch("""{"first":1}""");
            if (bytes.Span.IndexOf("trades\nWHERE"u8) < 0 || Interlocked.CompareExchange(ref patches, 2, 1) != 1) return Verdict.Pass;
            Patch("""{"second":1}""");
            fallback.Home.GoAway();
            return Verdict.Cut;
        };
        fallback.Home.ComeBack();
        await Eventually.TrueAsync(() => Volatile.Read(ref patches) == 2 && fallback.Home.Network.Refusing);

        Make.AssertJson("""{"n":0,"first":1,"second":1}""", (await fallback.SessionAsync("1"))!.Config);

        void Patch(string patch) => Task.Run(async () => Assert.False((await fallback.ApplyAsync(Make.Patch("1", patch))).IsSpooled)).Wait();
    }

    /// <summary>
    /// Between sending a write and noting it, a later change of another instance was read. The write must not undo that in the replica.
    /// </summary>
    [Fact]
    public void What_is_noted_late_is_read()
    {
        var backlog = new ReplicaBacklog(Nexus.Stores.RecordTables.All);
        var save = Make.User("1", "Ada");
        var (early, late) = (backlog.Begin(), backlog.Begin());
        backlog.Applied(early, [save], [WriteOutcome.Applied(2, Make.Noon)]);
        backlog.End(early);
        Assert.False(Assert.Single(backlog.Take().Records).Value.MustBeRead);

        Assert.True(backlog.IsOpen(late));
        Assert.False(backlog.IsOpen(early));
        backlog.Applied(late, [save], [WriteOutcome.Applied(3, Make.Noon)]);
        backlog.End(late);
        var (_, noted) = Assert.Single(backlog.Take().Records);
        Assert.True(noted is { MustBeRead: true, Applied.Count: 1 });
        Assert.False(backlog.IsOpen(late));
    }

    [Fact]
    public void Tables_that_are_not_copied_are_not_noted()
    {
        var backlog = new ReplicaBacklog(FallbackCopies.TablesOf(FallbackCopy.Access));
        var call = backlog.Begin();
        backlog.Applied(call, [Make.Session("1"), Make.User("1")], [WriteOutcome.Applied(1, Make.Noon), WriteOutcome.Applied(1, Make.Noon)]);
        backlog.Changed([new StateChange("sessions", "2"), new StateChange("trades", StateChange.Everything), new StateChange("users", "2")]);
        var (records, tables) = backlog.Take();
        Assert.Equal(["1", "2"], records.Keys.Select(key => key.Id).Order(StringComparer.Ordinal));
        Assert.All(records.Keys, key => Assert.Equal("users", key.Table.Name));
        Assert.Empty(tables);
    }

    private static async Task WriteAsync(Nexus.Stores.IStore store, Random random, int records, CancellationToken stop)
    {
        var trades = new List<Guid>();
        while (!stop.IsCancellationRequested)
        {
            var chat = $"{random.Next(records):00}-{random.Next(3)}";
            Write write = random.Next(9) switch
            {
                0 or 1 => Make.Session(chat, $$"""{"n":{{random.Next(1000)}}}"""),
                2 or 3 => Make.Patch(chat, $$"""{"p{{random.Next(5)}}":{{random.Next(1000)}}}"""),
                4 => new DeleteSession(chat, null),
                5 => Make.User(chat, $"name {random.Next(100)}"),
                6 => new RemoveUser(chat, null),
                7 => new OpenTrade(Make.Trade(chat)),
                _ => Make.Config($"key {random.Next(5)}", $"{random.Next(100)}"),
            };
            try
            {
                await store.ApplyAsync([write], atomic: false, CancellationToken.None);
            }
            catch (NexusException)
            {
                // Unavailable, or its outcome is unknown: both happen here.
            }
            await Task.Delay(random.Next(3), CancellationToken.None);
        }
    }

    private static async Task BreakAsync(FallbackFixture fallback, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(250, CancellationToken.None);
            fallback.Home.GoAway();
            await Task.Delay(60, CancellationToken.None);
            fallback.Home.ComeBack();
        }
    }

    private static async Task FollowAsync(FailoverStore store, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await store.FollowAsync(stop);
            }
            catch (Exception error) when (error is NexusException or OperationCanceledException)
            {
                // An outage begins in the middle.
            }
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
