using Nexus.TestKit;
using Npgsql;

namespace Nexus.Bench;

/// <summary>Where a benchmark runs: a server of its own with TLS, SCRAM and fsync, or the database that was named. All ways share it in one run.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly PostgresCluster? _cluster;
    private readonly TestDatabase? _database;

    private BenchDatabase(string connectionString, PostgresCluster? cluster, TestDatabase? database)
    {
        (ConnectionString, _cluster, _database) = (connectionString, cluster, database);
        Raw = new NpgsqlDataSourceBuilder(connectionString)
        {
            ConnectionStringBuilder = { MinPoolSize = 5, MaxPoolSize = 20, MaxAutoPrepare = 100, AutoPrepareMinUsages = 1, ApplicationName = "raw" },
        }.Build();
    }

    public string ConnectionString { get; }

    /// <summary>Npgsql as a careful programmer sets it up: pool of 20, everything prepared.</summary>
    public NpgsqlDataSource Raw { get; }

    public static async Task<BenchDatabase> OpenAsync(string? url)
    {
        if (url is not null) return new BenchDatabase(Nexus.Storage.Postgres.DatabaseUrl.Parse(url).ConnectionString, null, null);
        var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Tls = true, RequireTls = true, Password = "bench" });
        var database = await TestDatabase.CreateAsync(cluster);
        return new BenchDatabase(database.ConnectionString, cluster, database);
    }

    public Task<NexusDb> OpenNexusAsync() => NexusDb.OpenAsync(new NexusOptions { Database = ConnectionString, Keys = Nexus.Secrets.KeyRing.GenerateKey() });

    public async ValueTask DisposeAsync()
    {
        await Raw.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        if (_cluster is not null) await _cluster.DisposeAsync();
    }
}
