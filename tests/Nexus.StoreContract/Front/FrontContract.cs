using Nexus.Chats;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.StoreContract.Front;

/// <summary>
/// What a caller of <see cref="NexusDb"/> may rely on, whatever the store. A store's own test project derives a class from each of these; each
/// test has an open engine of its own on a fresh place.
/// </summary>
public abstract class FrontContract : IAsyncLifetime
{
    private StoreHome? _home;
    private NexusDb? _db;

    /// <summary>A fresh place.</summary>
    protected abstract Task<StoreHome> CreateHomeAsync();

    /// <summary>The place of this test.</summary>
    protected StoreHome Home => _home!;

    /// <summary>The engine.</summary>
    protected NexusDb Db => _db!;

    /// <summary>Everything that the engine logged.</summary>
    protected RecordedLogs Logs { get; } = new();

    /// <summary>Ends the test's calls when the run is cancelled.</summary>
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _home = await CreateHomeAsync();
        _db = await OpenAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_db is not null) await _db.DisposeAsync();
        if (_home is not null) await _home.DisposeAsync();
        Logs.Dispose();
    }

    /// <summary>Opens an engine on this test's place.</summary>
    protected Task<NexusDb> OpenAsync(Action<NexusOptions>? configure = null)
    {
        var options = Home.CreateOptions();
        configure?.Invoke(options);
        return NexusDb.OpenAsync(options, Logs, cancellationToken: Token);
    }

    /// <summary>Closes the engine and opens it again.</summary>
    protected async Task ReopenAsync(Action<NexusOptions>? configure = null)
    {
        await CloseAsync();
        _db = await OpenAsync(configure);
    }

    /// <summary>Closes the engine.</summary>
    protected async Task CloseAsync()
    {
        await Db.DisposeAsync();
        _db = null;
    }

    internal static Session Session(ChatId chatId, string config = "{}", string? apiKey = "key", string? apiSecret = "secret") =>
        new(chatId, apiKey is null ? null : Secret.Of(apiKey), apiSecret is null ? null : Secret.Of(apiSecret), StateJson.Parse(config));

    internal static Trade Trade(ChatId chatId) =>
        new() { ChatId = chatId, Symbol = "BTCUSDT", Side = TradeSide.Long, EntryPrice = 100m, Quantity = 2m };

    internal static void AssertJson(string expected, string actual) => Make.AssertJson(expected, Make.Utf8(actual));

    internal static Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> rows) => StoreContract.ToListAsync(rows);
}
