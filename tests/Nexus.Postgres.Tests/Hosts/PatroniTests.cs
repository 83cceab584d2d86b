using Nexus.Failover;
using Nexus.Secrets;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Postgres.Tests.Hosts;

/// <summary>The configuration of deploy/patroni, end to end. A failover takes its time to live, so the test runs only on demand.</summary>
public sealed class PatroniTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lost_primary_is_replaced_without_losing_a_write_and_comes_back_as_a_standby()
    {
        if (Environment.GetEnvironmentVariable("NEXUS_TEST_PATRONI") is not "1") Assert.Skip("NEXUS_TEST_PATRONI=1 runs it (./test --patroni)");
        Assert.True(PatroniCluster.IsInstalled, "install Debian's packages patroni and python3-pysyncobj");
        await using var cluster = await PatroniCluster.StartAsync(DeployFolder());
        var limit = TimeSpan.FromMinutes(3);
        await Eventually.TrueAsync(async () => await AskAsync(cluster, 0, Synchronous) == "1" || await AskAsync(cluster, 1, Synchronous) == "1",
            limit);
        var leader = await AskAsync(cluster, 0, Synchronous) == "1" ? 0 : 1;

        var options = new NexusOptions
        {
            Database = $"postgres://postgres:{PatroniCluster.Password}@127.0.0.1:{cluster.ServerPorts[0]},127.0.0.1:{cluster.ServerPorts[1]}/postgres"
                + "?sslmode=disable",
            Fallback = FallbackMode.Off,
            Keys = KeyRing.GenerateKey(),
        };
        await using var db = await NexusDb.OpenAsync(options, cancellationToken: Token);
        await using var writers = new Writers(db);
        await writers.FirstAfterAsync(TimeProvider.System.GetTimestamp());

        await cluster.KillAsync(leader);
        // The new primary acknowledges nothing before Patroni lets it work without a standby, in one of its next rounds.
        await Eventually.TrueAsync(async () => await AskAsync(cluster, 1 - leader, TakesWrites) == "true", limit);
        var promoted = TimeProvider.System.GetTimestamp();
        var back = TimeProvider.System.GetElapsedTime(promoted, await writers.FirstAfterAsync(promoted));
        TestContext.Current.TestOutputHelper?.WriteLine($"writes {back.TotalMilliseconds:0} ms after the promotion");
        Assert.True(back < TimeSpan.FromSeconds(10), $"{back}");

        cluster.Start(leader);
        await Eventually.TrueAsync(async () => await AskAsync(cluster, leader, "SELECT pg_is_in_recovery()::text") == "true"
            && await AskAsync(cluster, 1 - leader, Synchronous) == "1", limit);
        await writers.FirstAfterAsync(TimeProvider.System.GetTimestamp());
        await writers.StopAsync();

        var stored = (await AskAsync(cluster, 1 - leader, "SELECT string_agg(chat_id, ',') FROM sessions"))!.Split(',').ToHashSet();
        Assert.All(writers.Written, write => Assert.Contains(write.Chat, stored));
        Assert.All(writers.Failed, error => Assert.True(error.IsTransient, error.Message));
    }

    private const string TakesWrites = "SELECT (NOT pg_is_in_recovery() AND current_setting('synchronous_standby_names') = '')::text";
    private const string Synchronous = "SELECT count(*)::text FROM pg_stat_replication WHERE sync_state = 'sync'";

    private static string DeployFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Nexus.slnx"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "deploy", "patroni");
    }

    /// <returns>Null while the server does not respond.</returns>
    private static async Task<string?> AskAsync(PatroniCluster cluster, int node, string sql)
    {
        try
        {
            await using var connection = new NpgsqlConnection(
                $"Host=127.0.0.1;Port={cluster.ServerPorts[node]};Username=postgres;Password={PatroniCluster.Password};Database=postgres;"
                    + "Pooling=false;Timeout=2");
            await connection.OpenAsync(Token);
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(Token) as string;
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }
}
