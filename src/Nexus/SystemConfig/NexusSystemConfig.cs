using System.Runtime.CompilerServices;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.SystemConfig;

/// <summary>Settings by key.</summary>
public sealed class NexusSystemConfig
{
    private const int MaxKeyLength = 100;

    private readonly ISystemConfigReader _store;
    private readonly WriteQueue _queue;
    private readonly DocumentSealer _documents;

    internal NexusSystemConfig(ISystemConfigReader store, WriteQueue queue, DocumentSealer documents) =>
        (_store, _queue, _documents) = (store, queue, documents);

    /// <summary>One entry, or null.</summary>
    /// <param name="key">1 to 100 characters.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">The key exceeds a limit or is reserved for Nexus.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var risk = (await db.SystemConfig.GetAsync("risk"))?.Value.Root.GetProperty("max").GetDecimal();</code></example>
    public async Task<ConfigEntry?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        await _store.GetSystemConfigAsync(ValidKey(key), cancellationToken).ConfigureAwait(false) is { } row ? FromRow(row) : null;

    /// <summary>Streams every entry in key order.</summary>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>await foreach (var entry in db.SystemConfig.ListAsync()) Console.WriteLine(entry.Key);</code></example>
    public async IAsyncEnumerable<ConfigEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var row in _store.ListSystemConfigAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!ReservedSettings.IsReserved(row.Key)) yield return FromRow(row);
        }
    }

    /// <summary>Sets an entry.</summary>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <param name="key">1 to 100 characters, not blank.</param>
    /// <param name="value">Any JSON of at most 256 KiB. Secret fields inside it are sealed.</param>
    /// <param name="updatedBy">Who sets it, at most 50 characters; null if that is not known.</param>
    /// <param name="expectedVersion">The version to replace; 0: only if there is none; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">A field exceeds a limit, or the key is reserved for Nexus.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.SystemConfig.SaveAsync("risk", StateJson.Parse("""{"max":0.02}"""), updatedBy: "ops");</code></example>
    public async Task<WriteReceipt> SaveAsync(string key, StateJson value, string? updatedBy = null, long? expectedVersion = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        Validation.Version("expectedVersion", expectedVersion);
        var write = new SetSystemConfig(
            Validation.Name("key", ValidKey(key), MaxKeyLength),
            _documents.AcceptState(Place(key), value, StateRules.Value),
            ReadableText.Optional("updatedBy", updatedBy, 50),
            expectedVersion);
        if (MaskText.MayBeIn(write.Value.Span)) return await SetMaskedAsync(write, cancellationToken).ConfigureAwait(false);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToReceipt(write.Key, expectedVersion);
    }

    /// <summary>Removes an entry.</summary>
    /// <returns>Whether there was one, and the version that was deleted.</returns>
    /// <param name="key">1 to 100 characters.</param>
    /// <param name="expectedVersion">The version to delete; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">The key exceeds a limit or is reserved for Nexus.</exception>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>var deleted = await db.SystemConfig.DeleteAsync("risk");</code></example>
    public async Task<DeleteReceipt> DeleteAsync(string key, long? expectedVersion = null, CancellationToken cancellationToken = default)
    {
        Validation.Version("expectedVersion", expectedVersion);
        var write = new RemoveSystemConfig(ValidKey(key), expectedVersion);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToDeleteReceipt(write.Key, expectedVersion);
    }

    private Task<WriteReceipt> SetMaskedAsync(SetSystemConfig write, CancellationToken cancellationToken) => MaskedWrite.RunAsync(
        write.ExpectedVersion,
        async () =>
        {
            var stored = await _store.GetSystemConfigAsync(write.ConfigKey, cancellationToken).ConfigureAwait(false);
            var record = new MaskedRecord(_documents).Add(Place(write.ConfigKey), stored?.Value ?? default);
            var resolved = record.Resolve(Place(write.ConfigKey), write.Value, StateRules.Value) is { } value
                ? write with { Value = value, ExpectedVersion = write.ExpectedVersion ?? stored?.Version ?? 0 }
                : write;
            return (resolved, resolved.ExpectedVersion);
        },
        resolved => _queue.WriteAsync(resolved, cancellationToken),
        cancellationToken);

    private ConfigEntry FromRow(SystemConfigRow row) =>
        new(row.Key, StateJson.FromStore(row.Value, _documents, Place(row.Key)), row.UpdatedAt, row.UpdatedBy, row.Version);

    /// <summary>The key stands at the head of each field's path, so that a key named like a secret seals its whole value.</summary>
    internal static SealContext Place(string key) =>
        ReservedSettings.IsReserved(key) ? ReservedSettings.Place(key) : new("system_config", key, $"value/{key}");

    private static string ValidKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ReservedSettings.IsReserved(key)
            ? throw new NexusValidationException("key", $"must not begin with {ReservedSettings.Prefix}, which is reserved for Nexus")
            : Validation.Text("key", key, MaxKeyLength);
    }
}
