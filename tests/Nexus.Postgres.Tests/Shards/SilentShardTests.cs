using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Sharding;
using Nexus.Stores;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>One of two shards, on a server of its own, does not respond.</summary>
public sealed class SilentShardTests : IAsyncLifetime
{
    private const int Chats = 40;
    private readonly string _keys = KeyRing.GenerateKey();
    private TestDatabase _home = null!;
    private TestDatabase _other = null!;
    private TcpProxy _network = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (_home, _other) = (await TestDatabase.CreateAsync(), await TestDatabase.CreateAsync());
        _network = new TcpProxy(_other.Cluster.Host, _other.Cluster.Port);
        await ShardedDatabase.InitializeAsync(Options(), 2, NullLoggerFactory.Instance, TimeProvider.System, progress: null, Token);
        await using var db = await NexusDb.OpenAsync(Options(), cancellationToken: Token);
        for (var chat = 1; chat <= Chats; chat++) await SaveAsync(db, chat);
    }

    public async ValueTask DisposeAsync()
    {
        await _network.DisposeAsync();
        await _home.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task An_instance_starts_without_it_serves_the_other_chats_and_opens_it_later()
    {
        Fail();
        await using var db = await NexusDb.OpenAsync(Options(), cancellationToken: Token);
        await ExpectOutageAsync(db);

        _network.Refusing = false;
        await Eventually.TrueAsync(() => db.Concerns.All(concern => concern.Code != StoreConcern.ShardUnavailable));
        for (var chat = 1; chat <= Chats; chat++) await SaveAsync(db, chat);
        Assert.Equal(Chats, await CountAsync(db));
        Assert.Equal(Chats, (await db.GetStatusAsync(Token)).Sessions);
    }

    [Fact]
    public async Task A_running_instance_names_it_and_serves_the_other_chats()
    {
        await using var db = await NexusDb.OpenAsync(Options(), cancellationToken: Token);
        Fail();
        await Eventually.TrueAsync(() => db.Concerns.Any(concern => concern.Code == StoreConcern.ShardUnavailable));
        await ExpectOutageAsync(db);

        _network.Refusing = false;
        await Eventually.TrueAsync(() => db.Concerns.Count == 0);
        Assert.Equal(Chats, await CountAsync(db));
    }

    [Fact]
    public async Task The_log_says_once_that_its_server_does_not_respond()
    {
        using var logs = new RecordedLogs();
        await using var store = new ShardedStore(Options().ForShards(), logs, TimeProvider.System);
        await store.OpenAsync(Token);
        for (var outage = 1; outage <= 2; outage++)
        {
            Fail();
            for (var look = 0; look < 3; look++) Assert.Equal(1, await store.SettleBatchesAsync(TimeSpan.Zero, Token));
            Assert.Equal(outage, logs.Lines.Count(line => line.Id.Id == 1765));

            _network.Refusing = false;
            await Eventually.TrueAsync(async () => await store.SettleBatchesAsync(TimeSpan.Zero, Token) == 0);
        }
    }

    [Fact]
    public async Task The_home_shard_must_respond_and_an_address_that_leads_elsewhere_is_refused()
    {
        await using var elsewhere = await TestDatabase.CreateAsync();
        await Assert.ThrowsAsync<NexusConfigurationException>(() => NexusDb.OpenAsync(Options(elsewhere.Url), cancellationToken: Token));
        var options = Options();
        options.Database = "Host=127.0.0.1;Port=1;Database=nexus;Timeout=2";
        await Assert.ThrowsAsync<StoreUnavailableException>(() => NexusDb.OpenAsync(options, cancellationToken: Token));
    }

    private void Fail()
    {
        _network.Refusing = true;
        _network.CutAll();
    }

    private static async Task ExpectOutageAsync(NexusDb db)
    {
        var served = 0;
        for (var chat = 1; chat <= Chats; chat++)
        {
            if (await IsServedAsync(db, chat)) served++;
        }
        Assert.InRange(served, 1, Chats - 1);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => CountAsync(db));

        var status = await db.GetStatusAsync(Token);
        Assert.Equal(served, status.Sessions);
        var concern = Assert.Single(db.Concerns, concern => concern.Code == StoreConcern.ShardUnavailable);
        Assert.StartsWith("shard 1 does not respond", concern.Message, StringComparison.Ordinal);
        // Alerts, jobs and notices keep their state on the home shard.
        await db.State.SaveAsync("nexus.alerts", "instance-one", StateJson.Parse("{}"), cancellationToken: Token);
        Assert.Single(await db.State.ListAsync("nexus.alerts", "instance-", cancellationToken: Token).ToListAsync(Token));
    }

    private static async Task<bool> IsServedAsync(NexusDb db, int chat)
    {
        try
        {
            await SaveAsync(db, chat);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private static Task SaveAsync(NexusDb db, int chat) =>
        db.Sessions.SaveAsync(new Session(chat, null, null, StateJson.Parse("{}")), cancellationToken: Token);

    private static async Task<int> CountAsync(NexusDb db) => await db.Sessions.ListAsync(cancellationToken: Token).CountAsync(Token);

    private NexusOptions Options(string? other = null) => new()
    {
        Database = _home.Url,
        ShardDatabases = other ?? _other.Cluster.Url(_other.Name, port: _network.Port),
        Keys = _keys,
        Fallback = FallbackMode.Off,
        ConnectTimeout = TimeSpan.FromSeconds(3),
    };
}
