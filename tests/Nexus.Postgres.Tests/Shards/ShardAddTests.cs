using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Sharding;
using Nexus.Stores;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>Shards are added while instances have the database open.</summary>
public sealed class ShardAddTests : IAsyncLifetime
{
    private const int Chats = 60;
    private readonly string _keys = KeyRing.GenerateKey();
    private TestDatabase _home = null!;
    private TestDatabase _other = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (_home, _other) = (await TestDatabase.CreateAsync(), await TestDatabase.CreateAsync());
        await ShardedDatabase.InitializeAsync(Options(), 2, NullLoggerFactory.Instance, TimeProvider.System, progress: null, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _home.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Running_instances_take_a_new_schema_over_and_a_new_server_only_with_its_address()
    {
        await using (var running = await NexusDb.OpenAsync(Options(), cancellationToken: Token))
        {
            for (var chat = 1; chat <= Chats; chat++) await SaveAsync(running, chat);

            var added = (await AddAsync(Options(), server: null))[2];
            Assert.Equal((2, "nexus_s02", 0, true), (added.Number, added.Schema, added.Buckets, added.IsReachable));
            await RebalanceAsync(Options());

            Assert.True(await _home.ScalarAsync<long>("SELECT count(*) FROM nexus_s02.sessions") > 0);
            Assert.Equal(3, running.Shards);
            await ExpectAllAsync(running);

            // A new server: this instance does not know it.
            Assert.Equal(3, (await AddAsync(Options(_other.Url), server: null))[3].Number);
            var refused = await Assert.ThrowsAsync<NexusStateException>(() => RebalanceAsync(Options(_other.Url)));
            Assert.Contains("1 of the 1 instances", refused.Message, StringComparison.Ordinal);
            await Eventually.TrueAsync(() => running.Concerns.Any(concern => concern.Code == StoreConcern.UnknownShard));
            await ExpectAllAsync(running);

            // Moved all the same: calls to these chats fail with the remedy, nothing is written to the former shard, and the others go on.
            var bucket = ChatBucket.Of("1");
            await _home.ExecuteAsync($"""
                DELETE FROM {await SchemaOfAsync(bucket)}.sessions WHERE nexus_bucket(chat_id) = {bucket};
                UPDATE {await SchemaOfAsync(bucket)}.nexus_shard SET owned = set_bit(owned, {bucket}, 0), epoch = epoch + 1;
                UPDATE nexus_shards SET owned = set_bit(owned, {bucket}, CASE WHEN number = 3 THEN 1 ELSE 0 END), epoch = epoch + 1
                    WHERE number = 3 OR get_bit(owned, {bucket}) = 1
                """);
            await _other.ExecuteAsync($"UPDATE nexus_s03.nexus_shard SET owned = set_bit(owned, {bucket}, 1), epoch = epoch + 1");
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => SaveAsync(running, 1));
            Assert.Contains("restart the instance", error.Message, StringComparison.Ordinal);
            Assert.Contains("ShardDatabases", error.Message, StringComparison.Ordinal);
            var elsewhere = Enumerable.Range(2, Chats).First(chat => ChatBucket.Of($"{chat}") is var other
                && other != bucket && Math.Abs(other - bucket) > 1500);
            await SaveAsync(running, elsewhere);
            Assert.Equal(0, await _home.ScalarAsync<long>("SELECT count(*) FROM (SELECT chat_id FROM sessions UNION ALL SELECT chat_id FROM "
                + "nexus_s01.sessions UNION ALL SELECT chat_id FROM nexus_s02.sessions) AS s WHERE chat_id = '1'"));
        }

        await using var complete = await NexusDb.OpenAsync(Options(_other.Url), cancellationToken: Token);
        await SaveAsync(complete, 1);
        await RebalanceAsync(Options(_other.Url));
        await ExpectAllAsync(complete);
        Assert.All(await ShardedDatabase.GetStatusAsync(Options(_other.Url), Token), shard => Assert.Equal(1024, shard.Buckets));
        await Assert.ThrowsAsync<NexusConfigurationException>(() => NexusDb.OpenAsync(Options(), cancellationToken: Token));
    }

    [Fact]
    public async Task The_status_of_a_shard_with_a_locked_table_names_the_lock_and_the_others_are_shown()
    {
        await using var holder = await _home.DataSource.OpenConnectionAsync(Token);
        await using var transaction = await holder.BeginTransactionAsync(Token);
        await holder.ExecuteAsync("LOCK TABLE nexus_s01.users IN ACCESS EXCLUSIVE MODE", Token);

        var shards = await ShardedDatabase.GetStatusAsync(Options(), Token);

        Assert.Equal([true, false], shards.Select(shard => shard.IsReachable));
        Assert.Contains("lock", shards[1].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_call_is_finished_and_wrong_servers_are_refused()
    {
        await AddAsync(Options(_other.Url), server: 1);
        await _home.ExecuteAsync("DELETE FROM nexus_shards WHERE number = 2");

        Assert.Equal([0, 1, 2], (await AddAsync(Options(_other.Url), server: 1)).Select(shard => shard.Number));
        await _home.ExecuteAsync("DELETE FROM nexus_shards WHERE number = 2");
        await _home.ExecuteAsync("CREATE SCHEMA nexus_s02; CREATE TABLE nexus_s02.sessions (id integer)");

        await Assert.ThrowsAnyAsync<NexusException>(() => AddAsync(Options(), server: 0));
        Assert.Contains("1 to 1", (await Assert.ThrowsAsync<NexusValidationException>(() => AddAsync(Options(_other.Url), server: 2))).Message,
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<NexusValidationException>(() => AddAsync(Options(), server: 1));
        await using var plain = await TestDatabase.CreateAsync();
        var without = new NexusOptions { Database = plain.Url, Keys = _keys, Fallback = FallbackMode.Off };
        await (await NexusDb.OpenAsync(without, cancellationToken: Token)).DisposeAsync();
        Assert.Contains("without shards", (await Assert.ThrowsAsync<NexusConfigurationException>(() => AddAsync(without, server: null))).Message,
            StringComparison.Ordinal);
    }

    private static Task SaveAsync(NexusDb db, int chat) =>
        db.Sessions.SaveAsync(new Session(chat, null, null, StateJson.Parse("{}")), cancellationToken: Token);

    private static async Task ExpectAllAsync(NexusDb db)
    {
        List<string> chats = [];
        await foreach (var session in db.Sessions.ListAsync(cancellationToken: Token)) chats.Add(session.ChatId.Value);
        Assert.Equal(Enumerable.Range(1, Chats).Select(chat => $"{chat}").Order(StringComparer.Ordinal), chats);
    }

    private async Task<string> SchemaOfAsync(int bucket) =>
        await _home.ScalarAsync<string>("SELECT schema_name FROM nexus_shards WHERE get_bit(owned, $1) = 1", bucket) ?? "";

    private static Task<IReadOnlyList<ShardStatus>> AddAsync(NexusOptions options, int? server) =>
        ShardedDatabase.AddAsync(options, server, NullLoggerFactory.Instance, TimeProvider.System, Token);

    private static Task<IReadOnlyList<ShardMoveStep>> RebalanceAsync(NexusOptions options) => ShardedDatabase.RebalanceAsync(
        options, [], isDryRun: false, NullLoggerFactory.Instance, TimeProvider.System, progress: null, Token);

    private NexusOptions Options(string? servers = null) => new()
    {
        Database = _home.Url,
        ShardDatabases = servers,
        Keys = _keys,
        Fallback = FallbackMode.Off,
    };
}
