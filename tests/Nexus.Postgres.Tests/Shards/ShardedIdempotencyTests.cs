using Nexus.Idempotency;
using Nexus.StoreContract;
using Nexus.Users;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>The record of a request is on the home shard, and what the request writes is on the shard of its chat.</summary>
public sealed class ShardedIdempotencyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repeat_writes_nothing_twice_on_any_shard_even_if_the_record_was_not_told()
    {
        await using var home = await ShardedHome.CreateAsync();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        foreach (var chat in Enumerable.Range(1, 12))
        {
            await db.Users.SaveAsync(chat, new UserChange { ExpiresAt = DateTimeOffset.UnixEpoch.AddYears(100) }, cancellationToken: Token);
            var first = await RunAsync(db, chat);
            var repeat = await RunAsync(db, chat);
            // As after a crash between the commit on the chat's shard and the record at home.
            await home.Database.ExecuteAsync("DELETE FROM keyed_state WHERE id LIKE 'nexus.requests/%' AND id NOT LIKE '%@%'");
            var unknown = await RunAsync(db, chat);

            var user = await db.Users.GetAsync(chat, Token);
            Assert.Equal(DateTimeOffset.UnixEpoch.AddYears(100).AddDays(30), user!.ExpiresAt);
            Assert.Equal((first, first), (repeat, unknown));
        }
    }

    /// <summary>Never completed, so that a repeat continues.</summary>
    private static async Task<DateTimeOffset?> RunAsync(NexusDb db, int chat)
    {
        var start = await db.Idempotency.BeginAsync("caller", $"key {chat}", new byte[32], Token);
        Assert.Equal(RequestStatus.Started, start.Status);
        await using var request = start.Request!;
        using (request.Enter()) await db.Users.ExtendAsync(chat, days: 30, Token);
        return (await db.Users.GetAsync(chat, Token))!.ExpiresAt;
    }
}
