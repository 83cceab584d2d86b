using Nexus.Failover;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Bench;

/// <summary>
/// The database of a benchmark: a separate server with TLS, SCRAM and fsync, or the given database. All variants of a run share it.
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

    /// <summary>Npgsql as a careful programmer configures it: a pool of 20, everything prepared.</summary>
    public NpgsqlDataSource Raw { get; }

    /// <param name="url">A database, or null to start a separate server.</param>
    /// <param name="isSlow">Whether the separate server uses a disk that is 2 ms slower.</param>
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
