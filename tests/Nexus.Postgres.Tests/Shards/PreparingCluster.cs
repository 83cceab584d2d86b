using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>A server that prepares transactions.</summary>
public sealed class PreparingCluster : IAsyncLifetime
{
    public PostgresCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions
    {
        Settings = new Dictionary<string, string> { ["max_prepared_transactions"] = "20" },
    });

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
