namespace Nexus.TestKit;

/// <summary>
/// A coordinator and two workers with Citus (https://docs.citusdata.com/), which no package of Debian brings: <c>NEXUS_TEST_PG_BIN</c> names the
/// programs of a server that has it.
/// </summary>
public static class CitusCluster
{
    private const int Workers = 2;

    private static readonly Lock SharedGate = new();

    /// <summary>
    /// Citus fails now and then when two databases of a server get their workers at the same time ("connection marked as essential").
    /// </summary>
    private static readonly SemaphoreSlim Connecting = new(1);

    private static Task<PostgresCluster>? _shared;

    private static readonly PostgresClusterOptions Options = new()
    {
        Settings = new Dictionary<string, string>
        {
            ["shared_preload_libraries"] = "citus",
            ["citus.node_conninfo"] = "sslmode=disable",
            // Each database has a process of its own for its upkeep, and a commit over several nodes is prepared on each.
            ["max_worker_processes"] = "64",
            ["max_prepared_transactions"] = "200",
        },
        // Not the user who started the tests, whose certificates and passwords libpq would look for.
        Environment = new Dictionary<string, string?> { ["HOME"] = "/nonexistent" },
    };

    /// <summary>Whether the environment asks for tests with Citus.</summary>
    public static bool IsAsked => Environment.GetEnvironmentVariable("NEXUS_TEST_CITUS") == "1";

    /// <summary>The coordinator that the tests of this process share. Each database of its is on the workers, too.</summary>
    public static Task<PostgresCluster> SharedAsync()
    {
        lock (SharedGate) return _shared ??= StartAsync();
    }

    /// <summary>Makes databases of the same name on a coordinator and its workers one database of Citus, one at a time.</summary>
    internal static async Task ConnectAsync(TestDatabase database)
    {
        await Connecting.WaitAsync();
        try
        {
            await ConnectOneAsync(database, database.Cluster);
        }
        finally
        {
            Connecting.Release();
        }
    }

    private static async Task ConnectOneAsync(TestDatabase database, PostgresCluster cluster)
    {
        foreach (var worker in cluster.Workers)
        {
            var part = new TestDatabase(worker, database.Name);
            await part.ExecuteAsync("CREATE EXTENSION citus");
            await part.CloseConnectionsAsync();
        }
        await database.ExecuteAsync("CREATE EXTENSION citus");
        await database.ExecuteAsync("SELECT citus_set_coordinator_host($1, $2)", cluster.Host, cluster.Port);
        foreach (var worker in cluster.Workers) await database.ExecuteAsync("SELECT citus_add_node($1, $2)", worker.Host, worker.Port);
    }

    private static async Task<PostgresCluster> StartAsync()
    {
        var nodes = new List<PostgresCluster>();
        for (var node = 0; node <= Workers; node++) nodes.Add(await PostgresCluster.StartAsync(Options));
        nodes[0].Workers = nodes[1..];
        return nodes[0];
    }
}
