using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Nexus.Dispatch;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.Alerts;
using Nexus.Operations.Leadership;
using Nexus.Operations.Maintenance;
using Nexus.Operations.Status;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.Subscriptions;
using Nexus.Users;

namespace Nexus.Operations.Tests.Maintenance;

/// <summary>The job for subscriptions: what it gives notice of, what it locks and restores, and that it does each once.</summary>
public sealed class SubscriptionsJobTests
{
    private const string Config = """{"mode":"PILOT","strategies":{"TREND":true},"groups":{"CRYPTO":true}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_threshold_gives_one_notice_and_a_renewal_starts_anew()
    {
        await using var home = new SqliteHome();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        var end = clock.GetUtcNow().AddDays(10);
        await using (var db = await OpenAsync(home, clock))
        {
            await db.Users.SaveAsync(1, new UserChange { ExpiresAt = end, TimeZone = "America/New_York" }, cancellationToken: Token);
            await db.Users.SaveAsync(2, new UserChange { ExpiresAt = end, Role = UserRole.Admin }, cancellationToken: Token);
            await db.Users.SaveAsync(3, "for ever", days: null, cancellationToken: Token);
        }

        Assert.Equal([], await RunAsync(home, clock));
        clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal([7], await RunAsync(home, clock));
        Assert.Equal([], await RunAsync(home, clock));
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal([], await RunAsync(home, clock));
        // Nothing ran when three days were left: only the most urgent notice is given.
        clock.Advance(TimeSpan.FromDays(5.5));
        Assert.Equal([1], await RunAsync(home, clock));
        await using (var db = await OpenAsync(home, clock)) await db.Users.ExtendAsync(1, 20, Token);
        Assert.Equal([], await RunAsync(home, clock));
        clock.Advance(TimeSpan.FromDays(14));
        Assert.Equal([7], await RunAsync(home, clock));
        // An end that has passed needs no notice.
        clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal([], await RunAsync(home, clock));
    }

    [Fact]
    public async Task A_scheduled_run_finds_what_crossed_a_threshold_or_changed_since_the_last()
    {
        await using var home = new SqliteHome();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        await using var db = await OpenAsync(home, clock);
        for (var chat = 1; chat <= 30; chat++)
            await db.Users.SaveAsync(chat, new UserChange { ExpiresAt = clock.GetUtcNow().AddHours(chat) }, cancellationToken: Token);
        for (var chat = 1; chat <= 30; chat++)
            await db.Sessions.SaveAsync(new Session(chat, null, null, StateJson.Parse(Config)), cancellationToken: Token);
        var target = new MaintenanceTarget(db, home.CreateOptions(), NullLoggerFactory.Instance, clock)
        {
            Subscriptions = new SubscriptionOptions { NoticeDays = [1] },
        };
        var runner = new MaintenanceRunner(target);
        var job = new SubscriptionsJob();

        Assert.Equal("24 notices, 0 sessions locked down, 0 restored", (await ScheduledAsync()).Gained);
        Assert.Equal(JobOutcome.Nothing, (await ScheduledAsync()).Outcome);
        clock.Advance(TimeSpan.FromHours(4));
        Assert.Equal("4 notices, 4 sessions locked down, 0 restored", (await ScheduledAsync()).Gained);
        // Neither by a threshold: a renewal that another program wrote, and an end that was moved into the past.
        db.Users.Renewed = null;
        await db.Users.ExtendAsync(1, 30, Token);
        await db.Users.SaveAsync(30, new UserChange { ExpiresAt = clock.GetUtcNow().AddDays(-3) }, cancellationToken: Token);
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("0 notices, 1 sessions locked down, 1 restored", (await ScheduledAsync()).Gained);
        Assert.Equal("PILOT", (await db.Sessions.GetAsync(1, Token))!.Config.Root.GetProperty("mode").GetString());
        Assert.Equal("WATCHER", (await db.Sessions.GetAsync(30, Token))!.Config.Root.GetProperty("mode").GetString());
        Assert.Contains(await new MaintenanceHistory(db).ReadAsync("subscriptions", Token), run => run.Gained!.Contains("4 sessions locked",
            StringComparison.Ordinal));

        Task<JobRun> ScheduledAsync() => runner.RunAsync(job, isDry: false, isForced: false, Token);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_the_lock_down_can_be_switched_off()
    {
        await using var home = new SqliteHome();
        await using (var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token))
        {
            var now = await db.GetTimeAsync(Token);
            await db.Users.SaveAsync(1, new UserChange { ExpiresAt = now.AddDays(-1) }, cancellationToken: Token);
            await db.Users.SaveAsync(2, new UserChange { ExpiresAt = now.AddDays(2) }, cancellationToken: Token);
            await db.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse(Config)), cancellationToken: Token);
        }

        var dry = await MaintainAsync(home, TimeProvider.System, isDry: true);
        Assert.Equal((JobOutcome.Done, "1 notices, 1 sessions locked down, 0 restored"), (dry.Outcome, dry.Gained));
        Assert.Equal(["give up to 1 notices, without those that were given", "lock 1 sessions down and restore 0"], dry.Steps);
        var notices = await MaintainAsync(home, TimeProvider.System, new SubscriptionOptions { LocksExpired = false });
        Assert.Equal("1 notices, 0 sessions locked down, 0 restored", notices.Gained);
        var locks = await MaintainAsync(home, TimeProvider.System, new SubscriptionOptions { NoticeDays = [] });
        Assert.Equal("0 notices, 1 sessions locked down, 0 restored", locks.Gained);
        Assert.Equal(JobOutcome.Nothing, (await MaintainAsync(home, TimeProvider.System)).Outcome);
    }

    [Fact]
    public async Task A_config_that_something_else_wrote_keeps_its_own_chat_and_no_other()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using (var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token))
        {
            for (var chat = 1; chat <= 4; chat++)
            {
                await db.Users.SaveAsync(chat, new UserChange { ExpiresAt = await db.GetTimeAsync(Token) }, cancellationToken: Token);
                await db.Sessions.SaveAsync(new Session(chat, null, null, StateJson.Parse(Config)), cancellationToken: Token);
            }
            // Deeper than the library accepts, much deeper, and no object.
            await home.Database.ExecuteAsync("""
                UPDATE sessions SET config = ('{"a":' || repeat('[', 500) || repeat(']', 500) || '}')::jsonb WHERE chat_id = '1';
                UPDATE sessions SET config = ('{"a":' || repeat('[', 1500) || repeat(']', 1500) || '}')::jsonb WHERE chat_id = '2';
                UPDATE sessions SET config = '[1]' WHERE chat_id = '3'
                """);
            await db.BotState.PatchAsync(new BotState.BotSwitchesPatch { EnabledStrategies = StateJson.Parse("""{"TREND":true}""") },
                cancellationToken: Token);
            await home.Database.ExecuteAsync(
                "UPDATE bot_state SET group_config = ('{\"a\":' || repeat('[', 1500) || repeat(']', 1500) || '}')::jsonb");
            // What stands in all rows fails no signal.
            Assert.Empty(await db.Sessions.DispatchAsync(new Signal("OTHER"), Token).ToListAsync(Token));
            // A renewal saves the user whatever the session holds.
            await db.Users.ExtendAsync(2, 1, Token);
            await db.Users.SaveAsync(2, new UserChange { ExpiresAt = await db.GetTimeAsync(Token) }, cancellationToken: Token);
        }

        var run = await MaintainAsync(home, TimeProvider.System, new SubscriptionOptions { NoticeDays = [] });

        Assert.Equal((JobOutcome.Done, "0 notices, 3 sessions locked down, 0 restored"), (run.Outcome, run.Gained));
        Assert.Equal(["1", "2", "4"], await home.Database.QueryAsync<string>(
            "SELECT chat_id::text FROM sessions WHERE config->>'mode' = 'WATCHER' ORDER BY 1"));
    }

    [Fact]
    public async Task Instances_on_one_database_give_each_notice_and_lock_each_session_once()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        var now = await db.GetTimeAsync(Token);
        for (var chat = 1; chat <= 40; chat++)
        {
            await db.Users.SaveAsync(chat, new UserChange { ExpiresAt = now.AddHours(chat <= 20 ? 48 : -48) }, cancellationToken: Token);
            await db.Sessions.SaveAsync(new Session(chat, null, null, StateJson.Parse(Config)), cancellationToken: Token);
        }
        await using var second = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);

        // Beside each other, as if two thought that they were the leader.
        await Task.WhenAll(new[] { db, second }.SelectMany(one => Enumerable.Range(0, 3).Select(_ => WorkAsync(one))));

        var given = new List<int>();
        await foreach (var document in db.State.ListAsync("nexus.notices.queue", cancellationToken: Token))
            given.AddRange(document.Value.Root.EnumerateArray().Select(notice => int.Parse(notice.GetProperty("chatId").GetString()!)));
        Assert.Equal(Enumerable.Range(1, 20), given.Order());
        await foreach (var session in db.Sessions.ListAsync(cancellationToken: Token))
            Assert.Equal(int.Parse(session.ChatId.Value) > 20 ? 2 : 1, session.Version);
        Assert.Equal(JobOutcome.Nothing, (await MaintainAsync(home, TimeProvider.System)).Outcome);

        async Task WorkAsync(NexusDb one)
        {
            var target = new MaintenanceTarget(one, home.CreateOptions(), NullLoggerFactory.Instance, TimeProvider.System);
            await AlwaysLeader.Instance.RunAsLeaderAsync(
                async term =>
                {
                    var run = await MaintenanceRun.OpenAsync(
                        target, database: null, new SubscriptionsJob(), term, isDry: false, isForced: true, Token);
                    await using (run) await new SubscriptionsJob().RunAsync(run, Token);
                }, Token);
        }
    }

    [Fact]
    public async Task The_users_that_changed_are_found_by_an_index()
    {
        await using var home = await PostgresHome.CreateAsync();
        await home.Database.ExecuteAsync(
            """
            INSERT INTO users (id, chat_id, updated_at, write_id)
            SELECT n + 10000, n::text, now() - interval '1 hour' - n * interval '1 second', gen_random_uuid() FROM generate_series(1, 20000) AS n;
            ANALYZE users
            """);

        var plan = await home.Database.ScalarAsync<string>(
            "EXPLAIN (FORMAT JSON) SELECT chat_id FROM users WHERE updated_at >= now() - interval '10 minutes' AND chat_id > '' ORDER BY chat_id");

        Assert.Contains("users_changed_idx", plan, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7,3,1", new[] { 7, 3, 1 })]
    [InlineData("1, 30", new[] { 30, 1 })]
    [InlineData("none", new int[0])]
    public void Days_are_read(string text, int[] days) => Assert.Equal(days, SubscriptionOptions.ParseDays("x", text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("366")]
    [InlineData("-1")]
    [InlineData("3,3")]
    [InlineData("3;1")]
    [InlineData("٣")]
    [InlineData("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21")]
    public void Other_texts_are_refused(string text) =>
        Assert.Throws<NexusValidationException>(() => SubscriptionOptions.ParseDays("x", text));

    [Theory]
    [InlineData("Europe/Madrid", "Chat 1: ends on 2026-07-01 14:30 Europe/Madrid, within 3 days.")]
    [InlineData("America/New_York", "Chat 1: ends on 2026-07-01 08:30 America/New_York, within 3 days.")]
    [InlineData("Nowhere/At_All", "Chat 1: ends on 2026-07-01 12:30 UTC, within 3 days.")]
    [InlineData("../../../etc/passwd", "Chat 1: ends on 2026-07-01 12:30 UTC, within 3 days.")]
    public void The_text_gives_the_end_in_the_subscriber_s_time_zone(string zone, string text) => Assert.Equal(
        text,
        new SubscriptionEntry
        {
            ChatId = "1",
            EndsAt = new DateTimeOffset(2026, 7, 1, 12, 30, 0, TimeSpan.Zero),
            Days = 3,
            Timezone = zone,
        }.ToString());

    private static Task<NexusDb> OpenAsync(SqliteHome home, TimeProvider clock) => NexusDb.OpenAsync(home.CreateOptions(), null, clock, Token);

    /// <summary>The days of the notices that one run gives, in a process of its own.</summary>
    private static async Task<IReadOnlyList<int>> RunAsync(SqliteHome home, FakeTimeProvider clock)
    {
        var before = await KeysAsync();
        await MaintainAsync(home, clock, new SubscriptionOptions { LocksExpired = false });
        return [.. (await KeysAsync()).Except(before).Select(key => int.Parse(key[(key.LastIndexOf('/') + 1)..]))];

        async Task<List<string>> KeysAsync()
        {
            await using var db = await OpenAsync(home, clock);
            List<string> keys = [];
            await foreach (var entry in db.State.ListAsync("nexus.notices", cancellationToken: Token)) keys.Add(entry.Key);
            return keys;
        }
    }

    private static async Task<JobRun> MaintainAsync(
        StoreHome home, TimeProvider clock, SubscriptionOptions? subscriptions = null, bool isDry = false) => Assert.Single(
        (await MaintenanceRuns.RunAsync(
            home.CreateOptions(), "subscriptions", isDry, NullLoggerFactory.Instance, clock, Token, subscriptions: subscriptions)).Runs);
}
