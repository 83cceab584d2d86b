using System.Globalization;
using Nexus.Failover;
using Nexus.Secrets;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Faults.Tests;

/// <summary>Three instances on one server, each with a network of its own, and the history of their calls.</summary>
internal sealed class HistoryBench : IAsyncDisposable
{
    private static readonly DateTimeOffset FirstEnd = new(2090, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Modes = ["read-write", "read-only", "off"];

    private readonly string _keys = KeyRing.GenerateKey();
    private readonly TempFolder _folder = new("history");
    private readonly ChildProcess?[] _victims = new ChildProcess?[Modes.Length];
    private readonly string[] _lives = new string[Modes.Length];
    private readonly TcpProxy[] _networks;
    private int _starts;

    private HistoryBench(int seed, PostgresCluster cluster)
    {
        (Random, Cluster) = (new Random(seed), cluster);
        _networks = [.. Modes.Select(_ => new TcpProxy(cluster.Host, cluster.Port))];
    }

    public Random Random { get; }

    public PostgresCluster Cluster { get; }

    public RecordedHistory History { get; } = new();

    public static int Instances => Modes.Length;

    public static async Task<HistoryBench> CreateAsync(int seed)
    {
        var bench = new HistoryBench(seed, await PostgresCluster.StartAsync());
        await using (var source = NpgsqlDataSource.Create(bench.Cluster.ConnectionString("postgres") + ";Pooling=false"))
        {
            await using var command = source.CreateCommand("CREATE DATABASE bot");
            await command.ExecuteNonQueryAsync();
        }
        var options = new NexusOptions { Database = bench.Cluster.Url("bot"), Keys = bench._keys, Fallback = FallbackMode.Off };
        await using (var db = await NexusDb.OpenAsync(options))
        {
            await db.Users.SaveAsync(HistoryNames.User, new Users.UserChange { Name = "Ada", ExpiresAt = FirstEnd });
        }
        for (var n = 0; n < Modes.Length; n++) await bench.StartAsync(n);
        return bench;
    }

    public TcpProxy Network(int instance) => _networks[instance];

    public ChildProcess Victim(int instance) => _victims[instance] ?? throw new InvalidOperationException($"instance {instance} does not run");

    public async Task StartAsync(int instance)
    {
        var life = _lives[instance] = $"i{instance}.{++_starts}";
        // Each start counts on from where no start before it came to.
        var first = (_starts * 1_000_000).ToString(CultureInfo.InvariantCulture);
        var victim = _victims[instance] = ChildProcess.Start(
            "dotnet",
            ["exec", Path.Combine(AppContext.BaseDirectory, "Nexus.Faults.dll"), "history", Cluster.Url("bot", port: _networks[instance].Port),
                _folder[$"i{instance}"], _keys, Modes[instance], instance.ToString(CultureInfo.InvariantCulture), first],
            onLine: line => History.Add(life, line));
        await Eventually.TrueAsync(() => History.IsOpen(life) || victim.HasExited);
        // Without its database an instance without a fallback does not start.
        if (!History.IsOpen(life)) throw new InvalidOperationException($"instance {instance} did not start\n{victim.Error}");
    }

    /// <summary>SIGKILL. What its pipe still holds counts: it was told to its callers.</summary>
    public async Task KillAsync(int instance)
    {
        var victim = Victim(instance);
        victim.Signal(ChildProcess.SigKill);
        await victim.WaitForExitAsync();
        await victim.DisposeAsync();
        _victims[instance] = null;
    }

    /// <summary>The callers go on until so many more calls have begun.</summary>
    public async Task WorkAsync(int calls)
    {
        var goal = History.Count + calls;
        await Eventually.TrueAsync(() => History.Count >= goal || _victims.Any(victim => victim is { HasExited: true }));
        if (_victims.FirstOrDefault(victim => victim is { HasExited: true }) is { } ended)
            throw new InvalidOperationException($"an instance ended by itself\n{ended.Error}");
    }

    /// <summary>The faults are over: each instance ends its calls and empties its outbox.</summary>
    public async Task FinishAsync()
    {
        foreach (var victim in _victims) victim!.Input.Close();
        for (var n = 0; n < _victims.Length; n++)
        {
            var exitCode = await _victims[n]!.WaitForExitAsync(TimeSpan.FromMinutes(3));
            Assert.True(exitCode == 0 && History.IsDrained(_lives[n]), $"instance {n} ended with {exitCode}\n{_victims[n]!.Error}");
        }
    }

    public async Task<FinalState> ReadAsync()
    {
        await using var source = NpgsqlDataSource.Create(Cluster.ConnectionString("bot"));
        var members = await ListAsync(source, "SELECT substr(member, 2)::bigint FROM keyed_state, jsonb_object_keys(value) AS member "
            + $"WHERE id = '{HistoryNames.Space}/{HistoryNames.Members}'");
        // The number is the first part of the id.
        var trades = await ListAsync(source, "SELECT ('x' || substr(id::text, 1, 8))::bit(32)::bigint FROM trades");
        var days = await ListAsync(source, $"SELECT extract(day FROM expires_at - timestamptz '2090-01-01 00:00Z')::bigint FROM users "
            + $"WHERE chat_id = '{HistoryNames.User}'");
        return new FinalState(members, trades, (int)days.Single());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var victim in _victims)
        {
            if (victim is not null) await victim.DisposeAsync();
        }
        foreach (var network in _networks) await network.DisposeAsync();
        await Cluster.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<List<long>> ListAsync(NpgsqlDataSource source, string sql)
    {
        List<long> numbers = [];
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) numbers.Add(reader.GetInt64(0));
        return numbers;
    }
}
