using Nexus.TestKit;

namespace Nexus.Faults.Tests;

/// <summary>PostgreSQL, or the way to it, fails while 200 users write.</summary>
public sealed class ServerFaultTests
{
    private static async Task<FaultBench?> PlainAsync(int seed) => await FaultBench.CreateAsync(seed);

    [Fact]
    public Task PostgreSQL_is_killed() => FaultRuns.RunAsync("PostgreSQL killed (SIGKILL)", PlainAsync, async bench =>
    {
        await bench.Cluster.KillAsync();
        await bench.WorkAsync(3000);
        await bench.Cluster.RestartAsync();
        await bench.WorkAsync(2000);
    });

    [Fact]
    public Task PostgreSQL_is_killed_again_and_again() => FaultRuns.RunAsync("PostgreSQL killed in a loop", PlainAsync, async bench =>
    {
        for (var n = 0; n < 4; n++)
        {
            await bench.Cluster.KillAsync();
            await bench.WorkAsync(bench.Random.Next(100, 1500));
            await bench.Cluster.RestartAsync();
            // Sometimes in the middle of the replay, sometimes after it.
            await bench.WorkAsync(bench.Random.Next(50, 1500));
        }
    });

    [Fact]
    public Task Every_connection_is_terminated_again_and_again() =>
        FaultRuns.RunAsync("pg_terminate_backend of everything, in a loop", PlainAsync, async bench =>
    {
        for (var n = 0; n < 10; n++)
        {
            await bench.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'bot' AND pid <> pg_backend_pid()",
                "postgres");
            await bench.WorkAsync(bench.Random.Next(50, 600));
        }
    });

    [Fact]
    public Task PostgreSQL_stands_still() => FaultRuns.RunAsync("PostgreSQL stopped (SIGSTOP) for 20 s", PlainAsync, async bench =>
    {
        await bench.Cluster.SignalAllAsync(ChildProcess.SigStop);
        var still = Task.Delay(TimeSpan.FromSeconds(20));
        await bench.WorkAsync(1000);
        await still;
        await bench.Cluster.SignalAllAsync(ChildProcess.SigCont);
        await bench.WorkAsync(2000);
    });

    [Fact]
    public Task The_network_delays_cuts_and_half_closes() => FaultRuns.RunAsync(
        "network delays, cuts and half-closes",
        async seed =>
        {
            var bench = await FaultBench.CreateAsync(seed);
            var proxy = bench.Own(new TcpProxy(bench.Cluster.Host, bench.Cluster.Port));
            bench.Url = bench.Cluster.Url("bot", port: proxy.Port);
            bench.Network = proxy;
            return bench;
        },
        async bench =>
        {
            var (network, gate) = (bench.Network!, new Lock());
            network.Judge = (_, _) =>
            {
                int dice;
                lock (gate) dice = bench.Random.Next(400);
                return dice switch { 0 => Verdict.Cut, 1 => Verdict.PassThenCut, 2 => Verdict.PassThenHalfClose, _ => Verdict.Pass };
            };
            for (var n = 0; n < 6; n++)
            {
                network.Delay = TimeSpan.FromMilliseconds(bench.Random.Next(0, 60));
                if (n == 3) network.Hold();
                await bench.WorkAsync(bench.Random.Next(300, 1000));
                if (n == 3) network.Release();
                network.CutAll();
            }
            (network.Judge, network.Delay) = (null, TimeSpan.Zero);
            await bench.WorkAsync(1500);
        });

    [Fact]
    public Task A_standby_is_promoted() => FaultRuns.RunAsync(
        "failover to a promoted standby",
        async seed =>
        {
            var bench = await FaultBench.CreateAsync(seed);
            bench.Standby = bench.Own(await bench.Cluster.StartStandbyAsync());
            bench.Url = $"postgres://postgres@127.0.0.1:{bench.Cluster.Port},127.0.0.1:{bench.Standby.Port}/bot"
                + "?sslmode=disable&target_session_attrs=read-write";
            return bench;
        },
        async bench =>
        {
            // A server that is told to stop sends its standby everything first.
            await bench.Cluster.StopAsync();
            await bench.WorkAsync(1500);
            await bench.Standby!.PromoteAsync();
            bench.Cluster = bench.Standby;
            await bench.WorkAsync(3000);
        });

    [Fact]
    public Task The_tablespace_is_full() => FaultRuns.RunAsync(
        "tablespace full",
        async seed =>
        {
            if (await SmallDisk.MountAsync(40) is not { } disk) return null;
            await disk.GiveToServerAsync();
            var bench = await FaultBench.CreateAsync(seed);
            bench.Own(disk);
            bench.Disk = disk;
            await bench.ExecuteAsync($"CREATE TABLESPACE small LOCATION '{disk.Path}'", "postgres");
            await bench.ExecuteAsync("DROP DATABASE bot", "postgres");
            await bench.ExecuteAsync("CREATE DATABASE bot TABLESPACE small", "postgres");
            return bench;
        },
        async bench =>
        {
            await bench.ExecuteAsync("CREATE TABLE filler (text text); ALTER TABLE filler ALTER text SET STORAGE EXTERNAL");
            while (true)
            {
                try
                {
                    await bench.ExecuteAsync("INSERT INTO filler SELECT repeat(md5(n::text), 30) FROM generate_series(1, 200) n");
                }
                catch (Npgsql.PostgresException error) when (error.SqlState == "53100")
                {
                    break;
                }
            }
            await bench.WorkAsync(4000);
            await bench.Disk!.GrowAsync(400);
            await bench.WorkAsync(1500);
        });

    [Fact]
    public Task Others_take_every_connection() => FaultRuns.RunAsync(
        "connection limit reached",
        async seed =>
            await FaultBench.CreateAsync(seed, new PostgresClusterOptions
            {
                Settings = new Dictionary<string, string>
                {
                    ["max_connections"] = "20",
                    ["superuser_reserved_connections"] = "0"
                }
            }),
        async bench =>
        {
            List<Npgsql.NpgsqlConnection> taken = [];
            // Theirs first: then the limit is reached before the victim has its own back.
            await bench.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'bot'", "postgres");
            for (var refused = 0; refused < 30;)
            {
                var connection = new Npgsql.NpgsqlConnection(bench.Cluster.ConnectionString() + ";Pooling=false");
                try
                {
                    await connection.OpenAsync();
                    taken.Add(connection);
                    await using var terminate = new Npgsql.NpgsqlCommand(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'bot'", connection);
                    await terminate.ExecuteNonQueryAsync();
                }
                catch (Npgsql.PostgresException)
                {
                    refused++;
                    await connection.DisposeAsync();
                }
            }
            await bench.WorkAsync(2000);
            foreach (var connection in taken) await connection.DisposeAsync();
            await bench.WorkAsync(1500);
        });
}
