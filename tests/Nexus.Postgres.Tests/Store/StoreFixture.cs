using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Store;

/// <summary>An open store on a database of its own.</summary>
internal sealed class StoreFixture : IAsyncDisposable
{
    private readonly PostgresHome _home;
    private readonly List<PostgresStore> _others = [];

    private StoreFixture(PostgresHome home, PostgresStore store) => (_home, Store) = (home, store);

    public PostgresStore Store { get; }

    public TestDatabase Database => _home.Database;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<StoreFixture> CreateAsync(Action<NexusOptions, TestDatabase>? configure = null)
    {
        var home = await PostgresHome.CreateAsync();
        return new StoreFixture(home, await OpenAsync(home, configure));
    }

    /// <summary>
    /// On a server that the test has to itself: a process that is frozen may hold what all databases of the server wait for. Null: the shared one.
    /// </summary>
    public static async Task<StoreFixture> CreateAsync(PostgresCluster? cluster, Action<NexusOptions, TestDatabase>? configure = null)
    {
        if (cluster is null) return await CreateAsync(configure);
        var home = await PostgresHome.CreateEmptyAsync(cluster);
        return new StoreFixture(home, await OpenAsync(home, configure));
    }

    /// <summary>Another instance on the same database.</summary>
    public async Task<PostgresStore> OpenAnotherAsync(Action<NexusOptions, TestDatabase>? configure = null)
    {
        var store = await OpenAsync(_home, configure);
        _others.Add(store);
        return store;
    }

    public async Task<WriteOutcome> ApplyAsync(Write write) => Assert.Single(await Store.ApplyAsync([write], atomic: false, Token));

    public Task<WriteOutcome[]> ApplyAllAsync(params Write[] writes) => Store.ApplyAsync(writes, atomic: false, Token);

    public Task<WriteOutcome[]> ApplyAtomicAsync(params Write[] writes) => Store.ApplyAsync(writes, atomic: true, Token);

    public async ValueTask DisposeAsync()
    {
        foreach (var other in _others) await other.DisposeAsync();
        await Store.DisposeAsync();
        await _home.DisposeAsync();
    }

    private static async Task<PostgresStore> OpenAsync(PostgresHome home, Action<NexusOptions, TestDatabase>? configure)
    {
        var options = home.CreateOptions();
        configure?.Invoke(options, home.Database);
        var store = new PostgresStore(options.ForPostgres(), NullLoggerFactory.Instance, TimeProvider.System);
        try
        {
            await store.OpenAsync(Token);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }
}
