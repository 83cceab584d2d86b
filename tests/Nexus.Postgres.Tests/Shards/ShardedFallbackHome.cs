using Nexus.Failover;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>A database with three shards behind a bad network, and a data folder with a local replica and an outbox for each.</summary>
public sealed class ShardedFallbackHome : StoreHome
{
    private readonly ShardedHome _database;
    private readonly TempFolder _folder = new("sharded-fallback");
    private readonly TcpProxy _network;

    private ShardedFallbackHome(ShardedHome database)
    {
        _database = database;
        _network = new TcpProxy(database.Database.Cluster.Host, database.Database.Cluster.Port);
    }

    public static async Task<ShardedFallbackHome> CreateAsync(bool isWhole = false) => new(await ShardedHome.CreateAsync(isWhole));

    /// <summary>The same where the environment asks for every contract over shards.</summary>
    public static async Task<ShardedFallbackHome> CreateIfAskedAsync(bool isWhole = false) =>
        new(await ShardedHome.CreateIfAskedAsync(isWhole));

    /// <summary>PostgreSQL becomes unavailable after the local replica of each shard is complete.</summary>
    public static async Task<ShardedFallbackHome> CreateAwayAsync()
    {
        var home = await CreateAsync();
        await using (var db = await NexusDb.OpenAsync(home.CreateOptions()))
            await Eventually.TrueAsync(() => db.Fallback is { CopyProgress: 1, Staleness.Ticks: 0 });
        home.GoAway();
        return home;
    }

    public override NexusOptions CreateOptions()
    {
        var options = _database.CreateOptions();
        options.Database = _database.Database.Cluster.Url(_database.Database.Name, port: _network.Port);
        options.DataFolder = _folder["data"];
        options.Fallback = FallbackMode.ReadWrite;
        return options;
    }

    public void GoAway()
    {
        _network.Refusing = true;
        _network.CutAll();
    }

    public void ComeBack() => _network.Refusing = false;

    public override Task<byte[]> ReadEverythingAsync() => _database.ReadEverythingAsync();

    public override async ValueTask DisposeAsync()
    {
        await _network.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }
}
