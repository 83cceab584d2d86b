using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>Two shards on two servers, each behind a network of its own, with a local replica and an outbox for each.</summary>
public abstract class ShardFallbackTest : IAsyncLifetime
{
    protected const int Chats = 30;

    private readonly string _keys = KeyRing.GenerateKey();
    private TestDatabase _home = null!;
    private TestDatabase _other = null!;

    private protected TempFolder Folder { get; } = new("shard-fallback");

    /// <summary>The way of the instance to the home shard.</summary>
    private protected TcpProxy HomeNetwork { get; private set; } = null!;

    /// <summary>Its way to the other shard.</summary>
    private protected TcpProxy OtherNetwork { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (_home, _other) = (await TestDatabase.CreateAsync(), await TestDatabase.CreateAsync());
        HomeNetwork = new TcpProxy(_home.Cluster.Host, _home.Cluster.Port);
        OtherNetwork = new TcpProxy(_other.Cluster.Host, _other.Cluster.Port);
        await ShardedDatabase.InitializeAsync(Direct(), 2, NullLoggerFactory.Instance, TimeProvider.System, progress: null, Token);
        await using var db = await OpenAsync();
        for (var chat = 1; chat <= Chats; chat++) await SaveAsync(db, chat, "before");
        await FollowAsync(db);
    }

    public async ValueTask DisposeAsync()
    {
        await HomeNetwork.DisposeAsync();
        await OtherNetwork.DisposeAsync();
        await _home.DisposeAsync();
        await _other.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>Waits until the local replicas have everything.</summary>
    private protected async Task FollowAsync(NexusDb db)
    {
        await Eventually.TrueAsync(() => db.Fallback is { CopyProgress: 1, Staleness.Ticks: 0 });
        await Eventually.TrueAsync(async () =>
        {
            await using var file = (await OutboxFile.OpenAsync(
                Folder.Path, readOnly: true, NullLoggerFactory.Instance, TimeProvider.System, Token))!;
            var copies = await Task.WhenAll(file.Replicas.Select(async replica => await replica.GetStatusAsync(Token)));
            return copies.Sum(copy => copy.Sessions) == Chats;
        });
    }

    /// <summary>A chat of the first test data on the home shard, or on the other one.</summary>
    private protected static int ChatOf(int shard, int skip = 0) =>
        Enumerable.Range(1, Chats).Where(chat => ChatBucket.Of($"{chat}") / (ChatBucket.Count / 2) == shard).ElementAt(skip);

    /// <summary>Moves the bucket of a chat, by a process that reaches both servers.</summary>
    private protected Task MoveAsync(int chat, int target) => ShardedDatabase.MoveAsync(
        Direct(), $"{ChatBucket.Of($"{chat}")}", target, isDryRun: false, NullLoggerFactory.Instance, TimeProvider.System, progress: null, Token);

    private protected static void Fail(TcpProxy network)
    {
        network.Refusing = true;
        network.CutAll();
    }

    private protected static Task<WriteReceipt> SaveAsync(NexusDb db, int chat, string note) =>
        db.Sessions.SaveAsync(Make(chat, note), cancellationToken: Token);

    private protected static Session Make(int chat, string note) =>
        new(chat, "key of this chat", "secret of this chat", StateJson.Parse($$"""{"mode":"PILOT","note":"{{note}}"}"""));

    private protected static async Task<string> ReadAsync(NexusDb db, int chat) =>
        JsonNode.Parse((await db.Sessions.GetAsync(chat, Token))!.Config.ToString())!["note"]!.GetValue<string>();

    private protected static async Task<int> CountAsync(NexusDb db) => await db.Sessions.ListAsync(cancellationToken: Token).CountAsync(Token);

    /// <summary>The instance, which reaches each server over its network.</summary>
    private protected Task<NexusDb> OpenAsync() => NexusDb.OpenAsync(Behind(), cancellationToken: Token);

    private protected NexusOptions Behind() => new()
    {
        Database = _home.Cluster.Url(_home.Name, port: HomeNetwork.Port),
        ShardDatabases = _other.Cluster.Url(_other.Name, port: OtherNetwork.Port),
        Keys = _keys,
        DataFolder = Folder.Path,
        Fallback = FallbackMode.ReadWrite,
        FallbackAfter = TimeSpan.FromSeconds(3),
        ConnectTimeout = TimeSpan.FromSeconds(2),
    };

    /// <summary>Another process, whose ways do not fail.</summary>
    private protected NexusOptions Direct() => new()
    {
        Database = _home.Url,
        ShardDatabases = _other.Url,
        Keys = _keys,
        Fallback = FallbackMode.Off,
    };
}
