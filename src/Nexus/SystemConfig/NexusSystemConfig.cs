using System.Runtime.CompilerServices;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.SystemConfig;

/// <summary>Settings by key.</summary>
public sealed class NexusSystemConfig
{
    private readonly ISystemConfigReader _store;
    private readonly WriteQueue _queue;
    private readonly DocumentSealer _documents;

    internal NexusSystemConfig(ISystemConfigReader store, WriteQueue queue, DocumentSealer documents) =>
        (_store, _queue, _documents) = (store, queue, documents);

    /// <summary>One entry, or null.</summary>
    public async Task<ConfigEntry?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        await _store.GetSystemConfigAsync(ValidKey(key), cancellationToken).ConfigureAwait(false) is { } row ? FromRow(row) : null;

    /// <summary>Streams every entry in key order.</summary>
    public async IAsyncEnumerable<ConfigEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var row in _store.ListSystemConfigAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!ReservedSettings.IsReserved(row.Key)) yield return FromRow(row);
        }
    }

    /// <summary>Sets an entry.</summary>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    public async Task<WriteReceipt> SaveAsync(string key, StateJson value, string? updatedBy = null, long? expectedVersion = null,
        CancellationToken cancellationToken = default)
    {
        Validation.Version("expectedVersion", expectedVersion);
        var write = new SetSystemConfig(
            ValidKey(key),
            _documents.AcceptState(Place(key), value, StateRules.Value),
            ReadableText.Optional("updatedBy", updatedBy, 50),
            expectedVersion);
        if (MaskText.MayBeIn(write.Value.Span)) return await SetMaskedAsync(write, cancellationToken).ConfigureAwait(false);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToReceipt(write.Key, expectedVersion);
    }

    /// <summary>Removes an entry.</summary>
    /// <returns>Whether there was one, and the version that was deleted.</returns>
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

    private static string ValidKey(string key) => ReservedSettings.IsReserved(key)
        ? throw new NexusValidationException("key", $"must not begin with {ReservedSettings.Prefix}, which is reserved for Nexus")
        : Validation.Text("key", key, 100);
}
