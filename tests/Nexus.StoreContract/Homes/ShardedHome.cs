using Microsoft.Extensions.Logging.Abstractions;
using Nexus.TestKit;

namespace Nexus.StoreContract;

/// <summary>A database with three shards, each a schema of it.</summary>
public sealed class ShardedHome : PostgresHome
{
    /// <summary>How many shards.</summary>
    public const int Shards = 3;

    private ShardedHome(TestDatabase database)
        : base(database)
    {
    }

    /// <summary>The same for a contract that is run over shards only if the environment asks for it: opening three shards takes its time.</summary>
    public static Task<ShardedHome> CreateIfAskedAsync(bool isWhole = false)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("NEXUS_TEST_SHARDS") == "1" || CitusCluster.IsAsked,
            "NEXUS_TEST_SHARDS=1 runs every contract over shards, and NEXUS_TEST_CITUS=1 over shards that Citus places");
        return CreateAsync(isWhole);
    }

    /// <summary>A copy of a database whose shards were made once.</summary>
    /// <param name="isWhole">Whether one shard has every bucket, so that every batch is one of a single shard.</param>
    public static async Task<ShardedHome> CreateAsync(bool isWhole = false)
    {
        var cluster = await (CitusCluster.IsAsked ? CitusCluster.SharedAsync() : PostgresCluster.SharedAsync());
        var template = await cluster.TemplateAsync(isWhole ? "nexus one shard" : "nexus shards", async database =>
        {
            await ShardedDatabase.InitializeAsync(
                new ShardedHome(database).CreateOptions(), Shards, NullLoggerFactory.Instance, TimeProvider.System, progress: null, default);
            // The home shard of Citus is on the coordinator, as without it.
            if (isWhole) await GiveAllAsync(database, CitusCluster.IsAsked ? 1 : 0);
        });
        return new ShardedHome(await TestDatabase.CreateAsync(cluster, template));
    }

    private static async Task GiveAllAsync(TestDatabase database, int owner)
    {
        for (var shard = 0; shard < Shards; shard++)
        {
            var owned = shard == owner ? "~ 0::bit(4096)" : "0::bit(4096)";
            await database.ExecuteAsync($"UPDATE nexus_shards SET owned = {owned} WHERE number = $1", shard);
            await database.ExecuteAsync($"UPDATE {(shard == 0 ? "public" : $"nexus_s{shard:00}")}.nexus_shard SET owned = {owned}");
        }
    }
}
