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
    public static Task<ShardedHome> CreateIfAskedAsync(bool isWholeAtHome = false)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("NEXUS_TEST_SHARDS") == "1", "NEXUS_TEST_SHARDS=1 runs every contract over shards");
        return CreateAsync(isWholeAtHome);
    }

    /// <summary>A copy of a database whose shards were made once.</summary>
    /// <param name="isWholeAtHome">Whether the home shard has every bucket, so that every batch is one of a single shard.</param>
    public static async Task<ShardedHome> CreateAsync(bool isWholeAtHome = false)
    {
        var cluster = await PostgresCluster.SharedAsync();
        var template = await cluster.TemplateAsync(isWholeAtHome ? "nexus shards at home" : "nexus shards", async database =>
        {
            await ShardedDatabase.InitializeAsync(
                new ShardedHome(database).CreateOptions(), Shards, NullLoggerFactory.Instance, TimeProvider.System, progress: null, default);
            if (!isWholeAtHome) return;
            await database.ExecuteAsync("UPDATE nexus_shards SET owned = CASE WHEN number = 0 THEN ~ 0::bit(4096) ELSE 0::bit(4096) END");
            await database.ExecuteAsync(
                "UPDATE nexus_shard SET owned = ~ 0::bit(4096); UPDATE nexus_s01.nexus_shard SET owned = 0::bit(4096); "
                    + "UPDATE nexus_s02.nexus_shard SET owned = 0::bit(4096)");
        });
        return new ShardedHome(await TestDatabase.CreateAsync(cluster, template));
    }
}
