using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Server.Settings;
using Nexus.SystemConfig;

namespace Nexus.Server.Api;

/// <summary>All keys, in memory. Keys that another instance creates or removes arrive with its change notification.</summary>
internal sealed partial class ApiKeyRegistry(
    NexusDb db, ServerOptions options, TimeProvider clock, ILogger<ApiKeyRegistry> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _reloading = new(1, 1);
    private Dictionary<string, ApiKey> _keys = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private Task? _next;
    private ApiKeySource? _source;
    private ApiKey? _admin;
    private Task _watching = Task.CompletedTask;

    /// <summary>Why the stored API keys are not trusted and cannot be changed; null while they are trusted.</summary>
    public string? Distrust => _source?.Distrust;

    /// <summary>Finds a key. Reads the store if changes of other instances are not proven to arrive: a removed key must stop working.</summary>
    public async ValueTask<ApiKey?> FindAsync(string presented, CancellationToken cancellationToken)
    {
        if (!db.HearsChanges && !IsAdmin(presented)) await JoinReloadAsync().WaitAsync(cancellationToken);
        return Find(presented);
    }

    /// <summary>Finds a key by its id, for a caller that presented the key before. Reads the store as <see cref="FindAsync"/> does.</summary>
    public async ValueTask<ApiKey?> FindByIdAsync(string id, CancellationToken cancellationToken)
    {
        if (_admin is { } admin && id == admin.Id) return admin;
        if (!db.HearsChanges) await JoinReloadAsync().WaitAsync(cancellationToken);
        return Volatile.Read(ref _keys).GetValueOrDefault(id);
    }

    public ApiKey? Find(ReadOnlySpan<char> presented)
    {
        Span<byte> hash = stackalloc byte[ApiKey.HashLength];
        if (!ApiKey.TryHash(presented, hash)) return null;
        if (_admin is { } admin && admin.Matches(hash)) return admin;
        var id = ApiKey.IdOf(hash, stackalloc char[ApiKey.IdLength]);
        return Volatile.Read(ref _keys).GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id, out var key) && key.Matches(hash) ? key : null;
    }

    /// <summary>
    /// Whether a key that was accepted before is still accepted with the same scopes. For streams and batches, which outlast one check.
    /// </summary>
    public bool IsCurrent(ApiKey key) =>
        ReferenceEquals(key, _admin) || (
            Volatile.Read(ref _keys).TryGetValue(key.Id, out var known) && known.Scopes == key.Scopes && known.Matches(key.Hash));

    public IReadOnlyList<ApiKey> All => [.. Volatile.Read(ref _keys).Values.OrderBy(key => key.CreatedAt)];

    public async Task<ApiKey> CreateAsync(string text, string name, ApiScopes scopes, string? createdBy, CancellationToken cancellationToken)
    {
        var created = await Source.CreateAsync(text, name, scopes, createdBy, cancellationToken);
        await ReloadAsync(cancellationToken);
        return created;
    }

    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        var removed = await Source.RemoveAsync(id, cancellationToken);
        await ReloadAsync(cancellationToken);
        return removed;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var (key, createdFile) = await AdminKey.LoadOrCreateAsync(options.AdminKey, options.Nexus.DataFolder, cancellationToken);
        _admin = new ApiKey("admin", "admin", ApiScopes.All, ApiKey.HashOf(key), clock.GetUtcNow());
        if (createdFile is not null) options.AdminKeyCreated?.Invoke(key, createdFile);

        _source = new ApiKeySource(db, options.Nexus.DataFolder, logger);

        // Requesting the first change subscribes, so that none is missed between loading and watching.
        var changes = db.WatchAsync(_stopping.Token).GetAsyncEnumerator(CancellationToken.None);
        var first = changes.MoveNextAsync().AsTask();
        var missing = Task.CompletedTask;
        try
        {
            await ReloadAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // A start without PostgreSQL and without a complete local replica: until then only the admin key works.
            missing = ReloadSurelyAsync();
        }
        _watching = Task.WhenAll(WatchAsync(changes, first), missing);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _watching.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _reloading.Dispose();
    }

    private ApiKeySource Source => _source ?? throw new InvalidOperationException("the server has not started");

    private bool IsAdmin(ReadOnlySpan<char> presented)
    {
        Span<byte> hash = stackalloc byte[ApiKey.HashLength];
        return ApiKey.TryHash(presented, hash) && _admin is { } admin && admin.Matches(hash);
    }

    /// <summary>A load that starts after the call. Callers that wait for the same start share it.</summary>
    private Task JoinReloadAsync()
    {
        lock (_gate) return _next ??= ReloadNextAsync();
    }

    private async Task ReloadNextAsync()
    {
        await Task.Yield();
        await _reloading.WaitAsync(_stopping.Token);
        try
        {
            lock (_gate) _next = null;
            Volatile.Write(ref _keys, await Source.LoadAsync(_stopping.Token));
        }
        finally
        {
            _reloading.Release();
        }
    }

    /// <summary>One load at a time: of two concurrent loads the older could win, and a new key would be unknown for a while.</summary>
    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _reloading.WaitAsync(cancellationToken);
        try
        {
            Volatile.Write(ref _keys, await Source.LoadAsync(cancellationToken));
        }
        finally
        {
            _reloading.Release();
        }
    }

    private async Task WatchAsync(IAsyncEnumerator<IReadOnlyList<StateChange>> changes, Task<bool> next)
    {
        await using (changes)
        {
            for (; await next; next = changes.MoveNextAsync().AsTask())
            {
                if (changes.Current.Any(
                        change =>
                            change.Table == "system_config" && (change.Id == StateChange.Everything || ReservedSettings.ConcernsApiKeys(change.Id))))
                    await ReloadSurelyAsync();
            }
        }
    }

    /// <summary>A removed key must stop working, so a failed load is retried until it succeeds.</summary>
    private async Task ReloadSurelyAsync()
    {
        while (true)
        {
            try
            {
                await ReloadAsync(_stopping.Token);
                return;
            }
            catch (NexusException error)
            {
                LogReloadFailed(logger, error, RetryDelay);
                await Task.Delay(RetryDelay, clock, _stopping.Token);
            }
        }
    }

    [LoggerMessage(3010, LogLevel.Warning, "The API keys could not be read; retrying in {Delay}")]
    private static partial void LogReloadFailed(ILogger logger, Exception error, TimeSpan delay);
}
