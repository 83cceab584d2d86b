using Nexus.Engine;
using Nexus.Errors;
using Nexus.KeyedState;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.StoreContract;

/// <summary>
/// What every store promises. A store's own test project derives a class from each of these and says where the store lives; each test has
/// an open store of its own.
/// </summary>
public abstract class StoreContract : IAsyncLifetime
{
    private StoreHome? _home;
    private IStore? _store;

    /// <summary>A fresh place.</summary>
    protected abstract Task<StoreHome> CreateHomeAsync();

    /// <summary>The place of this test.</summary>
    protected StoreHome Home => _home!;

    /// <summary>Whether secrets can be resealed now: only where the records themselves are.</summary>
    protected virtual bool CanReseal => true;

    internal IStore Store => _store!;

    /// <summary>Ends the test's calls when the run is cancelled.</summary>
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _home = await CreateHomeAsync();
        _store = await _home.OpenStoreAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_store is not null) await _store.DisposeAsync();
        if (_home is not null) await _home.DisposeAsync();
    }

    /// <summary>Closes the store and opens it again.</summary>
    internal async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        _store = await Home.OpenStoreAsync();
    }

    internal async Task<WriteOutcome> ApplyAsync(Write write) => Assert.Single(await Store.ApplyAsync([write], atomic: false, Token));

    internal Task<WriteOutcome[]> ApplyAllAsync(params Write[] writes) => Store.ApplyAsync(writes, atomic: false, Token);

    internal Task<WriteOutcome[]> ApplyAtomicAsync(params Write[] writes) => Store.ApplyAsync(writes, atomic: true, Token);

    internal async Task<SessionRow?> SessionAsync(string chatId) => (await Store.GetSessionsAsync([chatId], Token)).SingleOrDefault();

    internal async Task<UserRow?> UserAsync(string chatId) => (await Store.GetUsersAsync([chatId], Token)).SingleOrDefault();

    internal Task<SystemConfigRow?> ConfigAsync(string key) => Store.GetSystemConfigAsync(key, Token);

    internal Task<KeyedStateRow?> StateAsync(string id) => Store.GetKeyedStateAsync(id, Token);

    internal Task<TradeRow?> TradeAsync(Guid id, string? chatId = null) => Store.GetTradeAsync(id, chatId, Token);

    internal static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> rows)
    {
        var list = new List<T>();
        await foreach (var row in rows) list.Add(row);
        return list;
    }

    internal static void AssertApplied(long version, WriteOutcome outcome)
    {
        Assert.Equal((WriteStatus.Applied, version), (outcome.Status, outcome.Version));
        Assert.NotEqual(default, outcome.At);
    }

    internal static void AssertConflict(long storedVersion, WriteOutcome outcome) =>
        Assert.Equal((WriteStatus.Conflict, storedVersion), (outcome.Status, outcome.Version));

    internal static void AssertStatus(WriteStatus status, WriteOutcome outcome) => Assert.Equal(status, outcome.Status);

    internal static void AssertTooLarge(string field, WriteOutcome outcome)
    {
        Assert.Equal(WriteStatus.Failed, outcome.Status);
        var error = Assert.IsType<NexusValidationException>(outcome.Error);
        Assert.True(error.IsTooLarge);
        Assert.Equal(field, error.Field);
        Assert.Contains("262144", error.Message, StringComparison.Ordinal);
    }
}
