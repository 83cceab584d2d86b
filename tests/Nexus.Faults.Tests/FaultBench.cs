using System.Globalization;
using Nexus.Secrets;
using Nexus.TestKit;

namespace Nexus.Faults.Tests;

/// <summary>A server, a victim under the load of 200 users, and the ledger of what it acknowledged.</summary>
internal sealed class FaultBench : IAsyncDisposable
{
    private const int Users = 200;

    private readonly string _keys = KeyRing.GenerateKey();
    private readonly TempFolder _folder = new("faults");
    private readonly List<IAsyncDisposable> _owned = [];
    private ChildProcess? _victim;
    private int _starts;

    private FaultBench(int seed, PostgresCluster cluster) => (Seed, Random, Cluster) = (seed, new Random(seed), cluster);

    public int Seed { get; }

    public Random Random { get; }

    public PostgresCluster Cluster { get; set; }

    public AckLedger Ledger { get; } = new();

    /// <summary>The victim's data folder.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Where the victim finds the database.</summary>
    public string Url { get; set; } = "";

    /// <summary>Between victim and server, where the fault needs it.</summary>
    public TcpProxy? Network { get; set; }

    /// <summary>A standby of the server, where the fault needs it.</summary>
    public PostgresCluster? Standby { get; set; }

    /// <summary>A disk that is soon full, where the fault needs it.</summary>
    public SmallDisk? Disk { get; set; }

    /// <summary>The schema in which the verdict reads the tables.</summary>
    public string VerdictSchema { get; set; } = "public";

    /// <summary>Further words for the victim.</summary>
    public List<string> Words { get; } = [];

    public static async Task<FaultBench> CreateAsync(int seed, PostgresClusterOptions? options = null)
    {
        var bench = new FaultBench(seed, await PostgresCluster.StartAsync(options));
        bench.Folder = bench._folder["data"];
        bench.Url = bench.Cluster.Url("bot");
        await bench.ExecuteAsync("CREATE DATABASE bot", "postgres");
        return bench;
    }

    /// <summary>Disposed with the bench.</summary>
    public T Own<T>(T thing)
        where T : IAsyncDisposable
    {
        _owned.Add(thing);
        return thing;
    }

    public async Task StartVictimAsync()
    {
        Ledger.IsOpen = false;
        // Each start counts on from where no start before it came to.
        var first = (++_starts * 1_000_000).ToString(CultureInfo.InvariantCulture);
        _victim = ChildProcess.Start(
            "dotnet",
            ["exec", Path.Combine(AppContext.BaseDirectory, "Nexus.Faults.dll"), "users", Url, Folder, _keys,
                Users.ToString(CultureInfo.InvariantCulture), first, "20", .. Words],
            onLine: Ledger.Add);
        await Eventually.TrueAsync(() => Ledger.IsOpen || _victim.HasExited);
        if (!Ledger.IsOpen) throw new InvalidOperationException($"the victim did not start\n{_victim.Error}");
    }

    /// <summary>SIGKILL. What its pipe still holds counts: it was acknowledged.</summary>
    public async Task KillVictimAsync()
    {
        if (_victim is null) return;
        _victim.Signal(ChildProcess.SigKill);
        await _victim.WaitForExitAsync();
        await _victim.DisposeAsync();
        _victim = null;
    }

    /// <summary>The load goes on until so many more writes were acknowledged.</summary>
    public async Task WorkAsync(int writes)
    {
        var goal = Ledger.Acknowledged + writes;
        await Eventually.TrueAsync(() => Ledger.Acknowledged >= goal || _victim is { HasExited: true });
        if (_victim is { HasExited: true }) throw new InvalidOperationException($"the victim ended by itself\n{_victim.Error}");
    }

    /// <summary>The faults are over: the victim brings everything to PostgreSQL and ends.</summary>
    public async Task FinishAsync()
    {
        if (_victim is null) await StartVictimAsync();
        _victim!.Input.Close();
        var exitCode = await _victim.WaitForExitAsync(TimeSpan.FromMinutes(3));
        Assert.True(exitCode == 0, $"seed {Seed}: the victim ended with {exitCode}\n{_victim.Error}");
        await _victim.DisposeAsync();
        _victim = null;
    }

    public async Task ExecuteAsync(string sql, string database = "bot")
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(Cluster.ConnectionString(database) + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_victim is not null) await _victim.DisposeAsync();
        for (var n = _owned.Count - 1; n >= 0; n--) await _owned[n].DisposeAsync();
        await Cluster.DisposeAsync();
        _folder.Dispose();
    }
}
