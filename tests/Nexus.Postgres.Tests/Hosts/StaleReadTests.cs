using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Sessions;

namespace Nexus.Postgres.Tests.Hosts;

/// <summary>Reads from standbys, with a real one.</summary>
public sealed class StaleReadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_standby_serves_reads_within_the_age_that_the_caller_allows_and_nothing_else()
    {
        await using var pair = await ReplicatedPair.StartAsync();
        await using var db = await NexusDb.OpenAsync(pair.Options(FallbackMode.Off), cancellationToken: Token);
        await db.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse("""{"n":1}""")), cancellationToken: Token);
        await db.Users.SaveAsync(1, "n", days: null, cancellationToken: Token);
        await pair.CatchUpAsync();
        await Eventually(async () => (await ReadAsync(db, TimeSpan.FromSeconds(30))).IsFromStandby);

        // The primary's clock and position judge: an idle primary does not make its standby old.
        await Task.Delay(1500, Token);
        Assert.True((await ReadAsync(db, TimeSpan.FromSeconds(20))).IsFromStandby);

        await ReplicatedPair.AskAsync<object>(pair.Other, "SELECT pg_wal_replay_pause(), 1");
        await Eventually(async () => await ReplicatedPair.AskAsync<string>(pair.Other, "SELECT pg_get_wal_replay_pause_state()") == "paused");
        await db.Sessions.SaveAsync(new Session(2, null, null, StateJson.Parse("{}")), cancellationToken: Token);
        await db.Users.DeleteAsync(1, cancellationToken: Token);
        // Whoever allows an hour gets what the standby has; its age grows.
        var old = await ReadAsync(db, TimeSpan.FromHours(1));
        Assert.True(old.IsFromStandby);
        Assert.Equal(["1"], old.Chats);
        await Task.Delay(1200, Token);
        var older = await ReadAsync(db, TimeSpan.FromHours(1));
        Assert.True(older.Age > TimeSpan.FromSeconds(1), $"{older.Age}");
        // Whoever allows less gets the primary's.
        var recent = await ReadAsync(db, TimeSpan.FromSeconds(1));
        Assert.False(recent.IsFromStandby);
        Assert.Equal(["1", "2"], recent.Chats);
        using (StaleReads.Allow(TimeSpan.FromHours(1)))
        {
            Assert.False((await db.Users.CheckAccessAsync(1, Token)).Allowed);
            Assert.Null(await db.Users.GetAsync(1, Token));
            // A write in the same flow reads what it needs from the primary.
            await db.Sessions.PatchConfigAsync(2, StateJson.Parse("""{"x":1}"""), cancellationToken: Token);
        }
        // Nothing old stays in memory.
        Assert.Contains("\"x\"", (await db.Sessions.GetAsync(2, Token))!.Config.Reveal().ToString(), StringComparison.Ordinal);

        await ReplicatedPair.AskAsync<object>(pair.Other, "SELECT pg_wal_replay_resume(), 1");
        await pair.CatchUpAsync();

        // A primary that takes no writes any more (SQLSTATE 25006) is the wrong host; the write is not at fault.
        await ReplicatedPair.AskAsync<object>(pair.One, "ALTER SYSTEM SET default_transaction_read_only = on");
        await ReplicatedPair.AskAsync<object>(pair.One, "SELECT pg_reload_conf()");
        await Eventually(async () => await ReplicatedPair.AskAsync<string>(pair.One, "SHOW default_transaction_read_only") == "on");
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => SaveAsync(db));
        Assert.Equal(StoreUnavailableReason.ReadOnly, refused.Reason);
        await pair.Other.PromoteAsync();
        await Eventually(async () =>
        {
            try
            {
                await SaveAsync(db);
                return true;
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        });
        // Promoted, it is no standby any more.
        await Eventually(async () => (await ReadAsync(db, TimeSpan.FromHours(1))) is { IsFromStandby: false, Chats: ["1", "2"] });
    }

    [Fact]
    public void The_age_has_limits()
    {
        Assert.Throws<NexusValidationException>(() => StaleReads.Allow(TimeSpan.Zero));
        Assert.Throws<NexusValidationException>(() => StaleReads.Allow(TimeSpan.FromHours(2)));
        using (StaleReads.Allow(TimeSpan.FromSeconds(5)))
        {
            Assert.True(StaleReads.AreAllowed);
            // Only where the read itself permits it.
            Assert.Null(StaleReads.Limit);
        }
        Assert.False(StaleReads.AreAllowed);
    }

    private static Task SaveAsync(NexusDb db) =>
        db.Sessions.SaveAsync(new Session(1, null, null, StateJson.Parse("{}")), cancellationToken: Token);

    private static async Task<(bool IsFromStandby, TimeSpan? Age, List<string> Chats)> ReadAsync(NexusDb db, TimeSpan limit)
    {
        var source = AnswerSource.Begin();
        using var allowed = StaleReads.Allow(limit);
        List<string> chats = [];
        try
        {
            await foreach (var session in db.Sessions.ListAsync(cancellationToken: Token)) chats.Add(session.ChatId.Value);
        }
        catch (StoreUnavailableException)
        {
            // A failover is under way.
        }
        return (source.Replica is not null, source.Replica?.Age, chats);
    }

    private static Task Eventually(Func<Task<bool>> condition) => TestKit.Eventually.TrueAsync(condition);
}
