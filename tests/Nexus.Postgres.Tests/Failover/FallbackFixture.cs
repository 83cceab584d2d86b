using Nexus.Engine;
using Nexus.Failover;
using Nexus.Sessions;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>An open store with its fallback, and a second way to the database for what others do meanwhile.</summary>
internal sealed class FallbackFixture : IAsyncDisposable
{
    private FallbackFixture(FallbackHome home, FailoverStore store, PostgresStore other) => (Home, Store, Other) = (home, store, other);

    public FallbackHome Home { get; }

    public FailoverStore Store { get; private set; }

    /// <summary>Another instance, which never loses the database.</summary>
    public PostgresStore Other { get; }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<FallbackFixture> CreateAsync(Action<NexusOptions>? configure = null)
    {
        var home = await FallbackHome.CreateAsync();
        var store = await home.OpenAsync(configure);
        var options = home.CreateOptions();
        options.Database = home.Database.Url;
        var other = new PostgresStore(options.ForPostgres(), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
            TimeProvider.System);
        await other.OpenAsync(Token);
        return new FallbackFixture(home, store, other);
    }

    public async Task<WriteOutcome> ApplyAsync(Write write) => Assert.Single(await Store.ApplyAsync([write], atomic: false, Token));

    public async Task<WriteOutcome> SpoolAsync(Write write)
    {
        var outcome = await ApplyAsync(write);
        Assert.True(outcome is { Status: WriteStatus.Applied, IsSpooled: true }, $"{outcome}");
        return outcome;
    }

    public async Task ByOtherAsync(Write write) => Assert.True(Assert.Single(await Other.ApplyAsync([write], atomic: false, Token)).IsApplied);

    /// <summary>What PostgreSQL holds.</summary>
    public async Task<SessionRow?> StoredSessionAsync(string chatId) => (await Other.GetSessionsAsync([chatId], Token)).SingleOrDefault();

    public async Task<SessionRow?> SessionAsync(string chatId) => (await Store.GetSessionsAsync([chatId], Token)).SingleOrDefault();

    /// <summary>The local replica is complete, and then the network fails.</summary>
    public async Task GoAwayAsync()
    {
        Assert.True(await Store.FollowAsync(Token));
        Home.GoAway();
    }

    public async Task ComeBackAsync()
    {
        Home.ComeBack();
        await WhenServedAsync();
    }

    public Task WhenServedAsync() => Eventually.TrueAsync(() => Store.Status is { IsLocal: false, Pending: 0 });

    /// <summary>Closes the store and opens it again on the same folder.</summary>
    public async Task ReopenAsync(Action<NexusOptions>? configure = null, TimeProvider? clock = null)
    {
        await Store.DisposeAsync();
        Store = await Home.OpenAsync(configure, clock);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Other.DisposeAsync();
        await Home.DisposeAsync();
    }
}
