using Nexus.Failover;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Bench;

/// <summary>
/// Where a benchmark runs: a server of its own with TLS, SCRAM and fsync, or the database that was named. All ways share it in one run.
/// </summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly string _keys = Nexus.Secrets.KeyRing.GenerateKey();
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

    /// <param name="url">A database; null: a server of its own.</param>
    /// <param name="isSlow">The server of its own is on a disk that takes 2 ms longer.</param>
    public static async Task<BenchDatabase> OpenAsync(string? url, bool isSlow = false)
    {
        if (url is not null) return new BenchDatabase(Nexus.Postgres.DatabaseUrl.Parse(url).ConnectionString, null, null);
        var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions
        {
            Tls = true,
            RequireTls = true,
            Password = "bench",
            Environment = isSlow ? await SlowDisk.EnvironmentAsync() : [],
        });
        var database = await TestDatabase.CreateAsync(cluster);
        return new BenchDatabase(database.ConnectionString, cluster, database);
    }

    /// <summary>The engine's settings; every engine on the database has the same key.</summary>
    public NexusOptions Options(string? dataFolder = null, int? cacheCapacity = null)
    {
        var options = new NexusOptions { Database = ConnectionString, Keys = _keys, Fallback = FallbackMode.Off };
        if (dataFolder is not null) options.DataFolder = dataFolder;
        if (cacheCapacity is { } capacity) options.CacheCapacity = capacity;
        return options;
    }

    public Task<NexusDb> OpenNexusAsync(int? cacheCapacity = null) => NexusDb.OpenAsync(Options(cacheCapacity: cacheCapacity));

    public async ValueTask DisposeAsync()
    {
        await Raw.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        if (_cluster is not null) await _cluster.DisposeAsync();
    }
}
