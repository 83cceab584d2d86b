using Nexus.TestKit;
using Npgsql;

namespace Nexus.Faults.Tests.Soak;

/// <summary>One fault at a time, at random; each kind comes once before any comes again.</summary>
internal sealed class SoakFaults(PostgresCluster cluster, TcpProxy network, SoakInstance frozen, SoakInstance killed, Random random)
{
    private readonly Queue<(string Name, Func<Task> Run)> _next = new();

    public (string Name, Func<Task> Run) Next()
    {
        if (_next.Count == 0)
        {
            (string, Func<Task>)[] all =
            [
                ("PostgreSQL killed", KillServerAsync), ("connections terminated", TerminateAsync), ("PostgreSQL frozen", FreezeServerAsync),
                ("instance killed", KillInstanceAsync), ("instance frozen", FreezeInstanceAsync), ("network cut", CutNetworkAsync),
                ("table locked", LockTableAsync),
            ];
            random.Shuffle(all);
            foreach (var fault in all) _next.Enqueue(fault);
        }
        return _next.Dequeue();
    }

    private async Task KillServerAsync()
    {
        await cluster.KillAsync();
        await WaitAsync(5);
        await cluster.RestartAsync();
    }

    private async Task TerminateAsync()
    {
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString() + ";Pooling=false");
        await using var command = source.CreateCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'bot' AND pid <> pg_backend_pid()");
        await command.ExecuteNonQueryAsync();
    }

    private async Task FreezeServerAsync()
    {
        await cluster.SignalAllAsync(ChildProcess.SigStop);
        await WaitAsync(8);
        await cluster.SignalAllAsync(ChildProcess.SigCont);
    }

    private async Task KillInstanceAsync()
    {
        await killed.KillAsync();
        await WaitAsync(5);
        await killed.StartAsync();
    }

    private async Task FreezeInstanceAsync()
    {
        frozen.Signal(ChildProcess.SigStop);
        await WaitAsync(8);
        frozen.Signal(ChildProcess.SigCont);
    }

    private async Task CutNetworkAsync()
    {
        network.Hold();
        network.CutAll();
        await WaitAsync(5);
        network.Release();
        network.CutAll();
    }

    private async Task LockTableAsync()
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString("bot") + ";Pooling=false");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("LOCK TABLE sessions IN EXCLUSIVE MODE", connection, transaction);
        await command.ExecuteNonQueryAsync();
        await WaitAsync(4);
    }

    private Task WaitAsync(int seconds) => Task.Delay(TimeSpan.FromSeconds(1 + (random.NextDouble() * seconds)));
}
