using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Failover;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>A database behind a bad network, and a data folder for the local replica and the outbox.</summary>
public sealed class FallbackHome : StoreHome
{
    private readonly PostgresHome _database;
    private readonly TempFolder _folder = new("fallback");
    private readonly bool _isAway;

    private FallbackHome(PostgresHome database, bool isAway)
    {
        (_database, _isAway) = (database, isAway);
        Network = new TcpProxy(database.Database.Cluster.Host, database.Database.Cluster.Port);
    }

    public TestDatabase Database => _database.Database;

    public TcpProxy Network { get; }

    public string Folder => _folder["data"];

    public static async Task<FallbackHome> CreateAsync() => new(await PostgresHome.CreateAsync(), isAway: false);

    /// <summary>PostgreSQL becomes unavailable after the local replica is complete.</summary>
    public static async Task<FallbackHome> CreateAwayAsync()
    {
        var home = new FallbackHome(await PostgresHome.CreateAsync(), isAway: true);
        await using (var store = await home.OpenAsync()) Assert.True(await store.FollowAsync(CancellationToken.None));
        home.GoAway();
        return home;
    }

    public override NexusOptions CreateOptions()
    {
        var options = _database.CreateOptions();
        options.Database = Database.Cluster.Url(Database.Name, port: Network.Port);
        options.DataFolder = Folder;
        options.Fallback = FallbackMode.ReadWrite;
        return options;
    }

    public void GoAway()
    {
        Network.Refusing = true;
        Network.CutAll();
    }

    public void ComeBack() => Network.Refusing = false;

    internal async Task<FailoverStore> OpenAsync(Action<NexusOptions>? configure = null, TimeProvider? clock = null)
    {
        var options = CreateOptions();
        configure?.Invoke(options);
        // Two calls of FollowAsync are enough to settle what the replica has.
        var store = new FailoverStore(
            options.ForFailover() with { SettleAfter = TimeSpan.Zero }, NullLoggerFactory.Instance, clock ?? TimeProvider.System);
        try
        {
            await store.OpenAsync(TestContext.Current.CancellationToken);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public override async Task<byte[]> ReadEverythingAsync()
    {
        using var copies = new TempFolder("copy");
        var (exitCode, _, error) = await ChildProcess.RunAsync("cp", ["-r", Folder, copies["data"]]);
        Assert.True(exitCode == 0, error);
        using var everything = new MemoryStream();
        if (!_isAway) everything.Write(await _database.ReadEverythingAsync());
        foreach (var file in Directory.EnumerateFiles(copies["data"], "*", SearchOption.AllDirectories))
            everything.Write(await File.ReadAllBytesAsync(file));
        return everything.ToArray();
    }

    public override async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }
}
