using Nexus.Errors;
using Nexus.Json;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>Chats that are moved while the local replica of a shard serves, or just before.</summary>
public sealed class ShardFallbackMoveTests : ShardFallbackTest
{
    /// <summary>
    /// The replay reads a stored record for a conflict, which the shard refuses by an old map, and the map is on the shard that is replayed.
    /// </summary>
    [Fact]
    public async Task The_home_shard_is_replayed_although_its_chats_were_moved_during_its_outage()
    {
        int moved = ChatOf(shard: 0), kept = ChatOf(shard: 0, skip: 1);
        await using var db = await OpenAsync();
        await FollowAsync(db);
        Fail(HomeNetwork);
        Assert.True((await SaveAsync(db, moved, "during")).IsSpooled);
        Assert.True((await SaveAsync(db, kept, "during")).IsSpooled);
        await using (var other = await NexusDb.OpenAsync(Direct(), cancellationToken: Token)) await SaveAsync(other, kept, "newer");
        await MoveAsync(moved, target: 1);

        HomeNetwork.Refusing = false;
        await Eventually.TrueAsync(() => db.Outbox!.Status is { IsLocal: false, Pending: 0, Conflicts: 1, Quarantined: 1 });
        Assert.Equal("newer", await ReadAsync(db, kept));
        Assert.Equal("before", await ReadAsync(db, moved));
        Assert.True(await db.Outbox!.RetryAsync(Assert.Single(await db.Outbox.ListQuarantinedAsync(cancellationToken: Token)).Id, Token));
        Assert.Equal("during", await ReadAsync(db, moved));
    }

    [Fact]
    public async Task A_chat_that_was_moved_away_is_listed_once_while_the_replica_of_its_former_shard_serves()
    {
        var chat = ChatOf(shard: 1);
        await using var db = await OpenAsync();
        await FollowAsync(db);
        Fail(OtherNetwork);
        Assert.True((await SaveAsync(db, ChatOf(shard: 1, skip: 1), "during")).IsSpooled);
        await MoveAsync(chat, target: 0);
        await using (var other = await NexusDb.OpenAsync(Direct(), cancellationToken: Token)) await SaveAsync(other, chat, "after");

        await Eventually.TrueAsync(async () => await ReadAsync(db, chat) == "after");
        var listed = await db.Sessions.ListAsync(cancellationToken: Token).Select(session => session.ChatId).ToListAsync(Token);
        Assert.Equal(Chats, listed.Count);
        Assert.Equal(Chats, listed.Distinct().Count());
    }

    /// <summary>The replica has never had the chat, which exists: "there is no such chat" would be wrong.</summary>
    [Fact]
    public async Task A_chat_that_was_moved_to_a_shard_in_an_outage_is_unavailable_and_not_missing()
    {
        var chat = ChatOf(shard: 0);
        await using var db = await OpenAsync();
        await FollowAsync(db);
        Fail(OtherNetwork);
        Assert.True((await SaveAsync(db, ChatOf(shard: 1), "during")).IsSpooled);
        Assert.NotNull(db.Fallback!.Staleness);
        await MoveAsync(chat, target: 1);

        // Until the map is read again, the shard that had the chat refuses.
        await Eventually.TrueAsync(() => db.Fallback is { Staleness: null });
        await Assert.ThrowsAsync<StoreUnavailableException>(() => db.Sessions.GetAsync(chat, Token).AsTask());
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => db.Sessions.PatchConfigAsync(chat, StateJson.Parse("{}"), cancellationToken: Token));
        Assert.Equal(Chats - 1, await CountAsync(db));
        OtherNetwork.Refusing = false;
        await Eventually.TrueAsync(() => db.Outbox!.Status is { IsLocal: false, Pending: 0, Conflicts: 0, Quarantined: 0 });
        await FollowAsync(db);
        Assert.Equal("before", await ReadAsync(db, chat));
    }

    /// <summary>The comparison that a move makes necessary must not forget what this process wrote before it.</summary>
    [Fact]
    public async Task What_was_written_before_a_move_is_read_from_the_replica_in_an_outage_that_follows_at_once()
    {
        int chat = ChatOf(shard: 1), other = ChatOf(shard: 1, skip: 1);
        await using var db = await OpenAsync();
        await FollowAsync(db);
        for (var round = 0; round < 5; round++)
        {
            await MoveAsync(other, target: round % 2);
            // The map is read again, and the replica is about to be compared.
            Assert.Equal("before", await ReadAsync(db, other));
            Assert.False((await SaveAsync(db, chat, $"round {round}")).IsSpooled);
            Fail(OtherNetwork);
            Assert.Equal($"round {round}", await ReadAsync(db, chat));
            OtherNetwork.Refusing = false;
            await Eventually.TrueAsync(() => db.Outbox!.Status is { IsLocal: false, Pending: 0 });
        }
    }
}
