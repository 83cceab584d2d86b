using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Sharding;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>Shards on a server whose connections are few.</summary>
public sealed class ConnectionShareTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(100, 4, 23)]
    [InlineData(20, 4, 3)]
    [InlineData(104, 32, 3)]
    public void Each_shard_has_its_share(int allowed, int shards, int share) =>
        Assert.Equal(share, ConnectionShares.Share(new ConnectionLimits(allowed, "the server"), shards));

    [Fact]
    public async Task Shards_share_the_connections_of_their_server_and_all_of_them_open()
    {
        await using var cluster = await StartAsync(connections: 34);
        await using var home = await PostgresHome.CreateEmptyAsync(cluster);
        await InitializeAsync(home, shards: 8);

        await using var store = new ShardedStore(home.CreateOptions().ForShards(), NullLoggerFactory.Instance, TimeProvider.System);
        await store.OpenAsync(Token);

        Assert.Empty(store.Concerns);
        var outcomes = await store.ApplyAsync([.. Enumerable.Range(1, 200).Select(chat => Make.Session($"{chat}"))], atomic: false, Token);
        Assert.All(outcomes, outcome => Assert.True(outcome.IsApplied, outcome.Error?.Message));
    }

    [Fact]
    public async Task A_server_with_too_few_connections_for_its_shards_is_refused_at_once_with_the_number_that_is_needed()
    {
        await using var cluster = await StartAsync(connections: 20);
        await using var home = await PostgresHome.CreateEmptyAsync(cluster);
        await InitializeAsync(home, shards: 8);

        await using var store = new ShardedStore(home.CreateOptions().ForShards(), NullLoggerFactory.Instance, TimeProvider.System);
        var error = await Assert.ThrowsAsync<NexusConfigurationException>(() => store.OpenAsync(Token));

        Assert.Contains("8 shards, which need at least 32 connections", error.Message, StringComparison.Ordinal);
        Assert.Contains("allows 20", error.Message, StringComparison.Ordinal);
    }

    private static Task<PostgresCluster> StartAsync(int connections) => PostgresCluster.StartAsync(new PostgresClusterOptions
    {
        Settings = new Dictionary<string, string> { ["max_connections"] = $"{connections}" },
    });

    private static Task InitializeAsync(PostgresHome home, int shards) => ShardedDatabase.InitializeAsync(
        home.CreateOptions(), shards, NullLoggerFactory.Instance, TimeProvider.System, progress: null, Token);
}
