using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>An outage of one of two shards leaves the other as it is.</summary>
public sealed class ShardFallbackTests : ShardFallbackTest
{
    [Fact]
    public async Task An_outage_of_one_shard_is_served_locally_and_the_others_go_on()
    {
        await using var db = await OpenAsync();
        await FollowAsync(db);
        Fail(OtherNetwork);

        var spooled = 0;
        for (var chat = 1; chat <= Chats; chat++)
        {
            var receipt = await SaveAsync(db, chat, "during");
            if (receipt.IsSpooled) spooled++;
            Assert.Equal("during", await ReadAsync(db, chat));
        }
        Assert.InRange(spooled, 1, Chats - 1);
        Assert.Equal(Chats, await CountAsync(db));
        Assert.Equal(spooled, db.Outbox!.Status.Pending);
        Assert.True(db.Fallback is { IsLocal: true, Reason: StoreUnavailableReason.Unreachable });
        Assert.StartsWith("1 of 2 shards are unavailable; shard 1: ", db.Fallback!.Message, StringComparison.Ordinal);

        OtherNetwork.Refusing = false;
        await Eventually.TrueAsync(() => db.Outbox.Status is { IsLocal: false, Pending: 0, Conflicts: 0, Quarantined: 0 });
        await using var fresh = await NexusDb.OpenAsync(Direct(), cancellationToken: Token);
        for (var chat = 1; chat <= Chats; chat++) Assert.Equal("during", await ReadAsync(fresh, chat));
    }

    [Fact]
    public async Task An_instance_starts_from_itsFolder_while_every_server_is_unavailable_and_replays_each_outbox()
    {
        Fail(HomeNetwork);
        Fail(OtherNetwork);
        await using (var db = await OpenAsync())
        {
            Assert.Equal(Chats, await CountAsync(db));
            for (var chat = 1; chat <= Chats; chat++) Assert.True((await SaveAsync(db, chat, "first")).IsSpooled);
        }
        // And again: what waits in the files is served. That the servers cannot prepare transactions cannot be known.
        var options = Behind();
        options.TwoPhaseBatches = true;
        await using var again = await NexusDb.OpenAsync(options, cancellationToken: Token);
        Assert.Equal(Chats, again.Outbox!.Status.Pending);
        Assert.Equal("first", await ReadAsync(again, 1));
        HomeNetwork.Refusing = OtherNetwork.Refusing = false;
        await Eventually.TrueAsync(() => again.Outbox.Status is { IsLocal: false, Pending: 0, Quarantined: 0 });

        await using var fresh = await NexusDb.OpenAsync(Direct(), cancellationToken: Token);
        for (var chat = 1; chat <= Chats; chat++) Assert.Equal("first", await ReadAsync(fresh, chat));
    }

    [Fact]
    public async Task An_instance_whoseFolder_has_no_replica_of_a_lost_shard_starts_and_opens_it_later()
    {
        using var folder = new TempFolder("shard-fallback-new");
        var options = Behind();
        options.DataFolder = folder.Path;
        Fail(OtherNetwork);
        await using var db = await NexusDb.OpenAsync(options, cancellationToken: Token);
        int here = Enumerable.Range(1, Chats).First(chat => ChatBucket.Of($"{chat}") < ChatBucket.Count / 2),
            there = Enumerable.Range(1, Chats).First(chat => ChatBucket.Of($"{chat}") >= ChatBucket.Count / 2);

        Assert.False((await SaveAsync(db, here, "during")).IsSpooled);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => SaveAsync(db, there, "during"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ReadAsync(db, there));
        Assert.Contains(db.Concerns, concern => concern.Code == Stores.StoreConcern.ShardUnavailable);
        Assert.False(db.Fallback!.IsLocal);
        Assert.Empty(await db.Outbox!.ListQuarantinedAsync(cancellationToken: Token));

        OtherNetwork.Refusing = false;
        await Eventually.TrueAsync(() => db.Concerns.All(concern => concern.Code != Stores.StoreConcern.ShardUnavailable));
        Assert.False((await SaveAsync(db, there, "after")).IsSpooled);
        Assert.Equal(Chats, await CountAsync(db));
        await Eventually.TrueAsync(() => db.Fallback is { CopyProgress: 1, Staleness.Ticks: 0 });
        Fail(OtherNetwork);
        Assert.Equal("after", await ReadAsync(db, there));
    }

    [Fact]
    public async Task A_start_with_other_keys_replays_nothing_and_quarantines_nothing()
    {
        Fail(HomeNetwork);
        Fail(OtherNetwork);
        await using (var db = await OpenAsync())
            for (var chat = 1; chat <= Chats; chat++) await SaveAsync(db, chat, "kept");
        HomeNetwork.Refusing = OtherNetwork.Refusing = false;
        var options = Behind();
        options.Keys = KeyRing.GenerateKey();
        await Assert.ThrowsAsync<NexusConfigurationException>(() => NexusDb.OpenAsync(options, cancellationToken: Token));

        await using (var file = (await OutboxFile.OpenAsync(
            Folder.Path, readOnly: true, NullLoggerFactory.Instance, TimeProvider.System, Token))!)
            Assert.Equal(new OutboxCounts(Chats, 0, 0), await file.CountAsync(Token));
        await using var right = await OpenAsync();
        await Eventually.TrueAsync(() => right.Outbox!.Status is { Pending: 0, Quarantined: 0, IsLocal: false });
        Assert.Equal("kept", await ReadAsync(right, Chats));
    }

    [Fact]
    public async Task A_write_to_a_chat_that_was_moved_meanwhile_waits_for_a_decision_and_a_retry_sends_it_to_its_shard()
    {
        var map = await ShardedDatabase.GetStatusAsync(Direct(), Token);
        Assert.Equal(2, map.Count);
        var chat = Enumerable.Range(1, Chats).First(chat => ChatBucket.Of($"{chat}") >= ChatBucket.Count / 2);
        await using var db = await OpenAsync();
        await FollowAsync(db);
        Fail(OtherNetwork);
        Assert.True((await SaveAsync(db, chat, "during")).IsSpooled);
        await ShardedDatabase.MoveAsync(
            Direct(), $"{ChatBucket.Of($"{chat}")}", 0, isDryRun: false, NullLoggerFactory.Instance, TimeProvider.System, progress: null, Token);
        OtherNetwork.Refusing = false;
        await Eventually.TrueAsync(() => db.Outbox!.Status is { IsLocal: false, Pending: 0, Quarantined: 1 });
        await Eventually.TrueAsync(async () => await ReadAsync(db, chat) == "before");

        var moved = Assert.Single(await db.Outbox!.ListQuarantinedAsync(cancellationToken: Token));
        Assert.Equal("moved", moved.Code);
        Assert.Equal(1, moved.Id % 1000);
        Assert.Empty(await db.Outbox.ListQuarantinedAsync(after: moved.Id, cancellationToken: Token));
        await using (var file = (await OutboxFile.OpenAsync(
            Folder.Path, readOnly: true, NullLoggerFactory.Instance, TimeProvider.System, Token))!)
            Assert.Equal(moved.Id, Assert.Single((await file.ListAsync(10, Token)).Quarantined).Id);
        Assert.False(await db.Outbox.RetryAsync(moved.Id + 1, Token));
        Assert.True(await db.Outbox.RetryAsync(moved.Id, Token));
        Assert.Equal("during", await ReadAsync(db, chat));
        Assert.Equal(0, db.Outbox.Status.Quarantined);

        // The replica of the shard has the chat no more, and that of the other one has it.
        await FollowAsync(db);
        Fail(HomeNetwork);
        Assert.Equal("during", await ReadAsync(db, chat));
        Assert.True((await SaveAsync(db, chat, "after")).IsSpooled);
        Fail(OtherNetwork);
        Assert.Equal(Chats, await CountAsync(db));
        HomeNetwork.Refusing = OtherNetwork.Refusing = false;
        await Eventually.TrueAsync(() => db.Outbox.Status is { IsLocal: false, Pending: 0, Conflicts: 0, Quarantined: 0 });
        await using var fresh = await NexusDb.OpenAsync(Direct(), cancellationToken: Token);
        Assert.Equal("after", await ReadAsync(fresh, chat));
    }

    [Fact]
    public async Task An_atomic_batch_over_shards_is_refused_during_an_outage_and_one_of_a_single_shard_is_spooled()
    {
        await using var home = await ShardedFallbackHome.CreateAsync();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        int[] chats = [.. Enumerable.Range(1, 300).OrderBy(chat => ChatBucket.Of($"{chat}"))];
        await Eventually.TrueAsync(() => db.Fallback is { CopyProgress: 1, Staleness.Ticks: 0 });
        Assert.All(await SaveBatchAsync(db, chats[0], chats[^1]), receipt => Assert.False(receipt.IsSpooled));
        home.GoAway();
        // The replicas of both have the batch, whether or not they had followed.
        foreach (var chat in (int[])[chats[0], chats[^1]]) Assert.Equal("batch", await ReadAsync(db, chat));
        // Each shard notices its outage by a call.
        foreach (var chat in (int[])[chats[0], chats[^1]]) Assert.True((await SaveAsync(db, chat, "alone")).IsSpooled);

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => SaveBatchAsync(db, chats[0], chats[^1]));
        Assert.Contains("over several shards", error.Message, StringComparison.Ordinal);
        Assert.All(await SaveBatchAsync(db, chats[0], chats[1]), receipt => Assert.True(receipt.IsSpooled));
        Assert.Equal("batch", await ReadAsync(db, chats[1]));
        Assert.Equal("alone", await ReadAsync(db, chats[^1]));
        home.ComeBack();
        await Eventually.TrueAsync(() => db.Outbox!.Status is { IsLocal: false, Pending: 0, Conflicts: 0, Quarantined: 0 });
        Assert.All(await SaveBatchAsync(db, chats[0], chats[^1]), receipt => Assert.False(receipt.IsSpooled));
    }

    [Fact]
    public async Task A_read_only_fallback_refuses_the_writes_of_the_lost_shard_alone()
    {
        var options = Behind();
        options.Fallback = FallbackMode.ReadOnly;
        await using var db = await NexusDb.OpenAsync(options, cancellationToken: Token);
        await FollowAsync(db);
        Fail(OtherNetwork);
        var refused = 0;
        for (var chat = 1; chat <= Chats; chat++)
        {
            Assert.Equal("before", await ReadAsync(db, chat));
            try
            {
                Assert.False((await SaveAsync(db, chat, "during")).IsSpooled);
            }
            // The first one may have been on its way.
            catch (NexusException error) when (error is StoreUnavailableException or UnknownOutcomeException)
            {
                refused++;
            }
        }
        Assert.Equal(Enumerable.Range(1, Chats).Count(chat => ChatBucket.Of($"{chat}") >= ChatBucket.Count / 2), refused);
        Assert.Equal(0, db.Outbox!.Status.Pending);
    }

    [Fact]
    public async Task A_shard_that_is_added_gets_a_fallback_too()
    {
        await using var db = await OpenAsync();
        await ShardedDatabase.AddAsync(Direct(), 0, NullLoggerFactory.Instance, TimeProvider.System, Token);
        await Eventually.TrueAsync(() => db.Shards == 3);
        var chat = Enumerable.Range(1, Chats).First(chat => ChatBucket.Of($"{chat}") >= ChatBucket.Count / 2);
        // The move is refused until every instance has said that it knows the shard.
        await Eventually.TrueAsync(() => ShardedDatabase.MoveAsync(Direct(), $"{ChatBucket.Of($"{chat}")}", 2, isDryRun: false,
            NullLoggerFactory.Instance, TimeProvider.System, progress: null, Token).ContinueWith(move => move.IsCompletedSuccessfully, Token));
        Assert.Equal("before", await ReadAsync(db, chat));
        await FollowAsync(db);

        Fail(HomeNetwork);
        Assert.Equal("before", await ReadAsync(db, chat));
        Assert.True((await SaveAsync(db, chat, "during")).IsSpooled);
        Assert.True(Directory.Exists(Folder["shard-2"]));
        HomeNetwork.Refusing = false;
        await Eventually.TrueAsync(() => db.Outbox!.Status is { IsLocal: false, Pending: 0, Conflicts: 0, Quarantined: 0 });
        await using var fresh = await NexusDb.OpenAsync(Direct(), cancellationToken: Token);
        Assert.Equal("during", await ReadAsync(fresh, chat));
    }

    private static Task<IReadOnlyList<WriteReceipt>> SaveBatchAsync(NexusDb db, params int[] chats) =>
        db.Sessions.SaveBatchAsync([.. chats.Select(chat => Make(chat, "batch"))], Token);
}
