using Nexus.Chats;
using Nexus.Engine;
using Nexus.Sharding;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>
/// What is different on Citus. The contracts of the stores run there as well: <see cref="ShardedHome"/> takes a coordinator and two workers where
/// NEXUS_TEST_CITUS=1 asks for them.
/// </summary>
public sealed class CitusTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Users_are_numbered_on_every_node_that_a_shard_is_placed_on()
    {
        Assert.SkipUnless(CitusCluster.IsAsked, "NEXUS_TEST_CITUS=1 runs it (./test --citus)");
        await using var home = await ShardedHome.CreateAsync();
        await using var store = await home.OpenStoreAsync();
        var database = home.Database;
        var (chats, rest) = (ChatsOn(1).Take(3).ToList(), ChatsOn(1).Skip(3).Take(3).ToList());
        Assert.Equal(2, (await database.QueryAsync<string>("SELECT DISTINCT concat(nodename, nodeport) FROM citus_shards")).Count);

        await SaveAsync(store, [.. chats, .. ChatsOn(0).Take(3), .. ChatsOn(2).Take(3)]);
        var node = await database.ScalarAsync<int>("SELECT DISTINCT nodeport FROM citus_shards WHERE table_name::text LIKE 'nexus_s01.%'");
        var other = database.Cluster.Workers.Single(worker => worker.Port != node);
        await database.ExecuteAsync("SELECT citus_schema_move('nexus_s01', $1, $2, 'block_writes')", other.Host, other.Port);
        await SaveAsync(store, rest);

        var numbers = await database.QueryAsync<int>(
            "SELECT id FROM users UNION ALL SELECT id FROM nexus_s01.users UNION ALL SELECT id FROM nexus_s02.users");
        Assert.Equal(12, numbers.Distinct().Count());
        Assert.Equal(other.Port, await database.ScalarAsync<int>(
            "SELECT DISTINCT nodeport FROM citus_shards WHERE table_name::text LIKE 'nexus_s01.%'"));
    }

    private static async Task SaveAsync(IStateWriter store, IEnumerable<string> chats) =>
        Assert.All(await store.ApplyAsync([.. chats.Select(chat => (Write)Make.User(chat))], atomic: false, Token),
            outcome => Assert.True(outcome.IsApplied, outcome.Error?.Message));

    /// <summary>Chats whose buckets are a shard's from the beginning.</summary>
    private static IEnumerable<string> ChatsOn(int shard) =>
        Enumerable.Range(1, 1000).Select(chat => $"{chat}").Where(
            chat => ShardMap.EvenShare(shard, ShardedHome.Shards)[ChatBucket.Of(chat)] == '1');
}
