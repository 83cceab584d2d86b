using System.Runtime.CompilerServices;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.KeyedState;

/// <summary>
/// JSON values under a namespace and a key: conversations, wizards, counters. A value may have a time to live, which the store's clock judges; an
/// expired value does not exist for any call.
/// </summary>
public sealed class NexusKeyedState
{
    private readonly IKeyedStateReader _store;
    private readonly WriteQueue _queue;
    private readonly DocumentSealer _documents;

    internal NexusKeyedState(IKeyedStateReader store, WriteQueue queue, DocumentSealer documents) =>
        (_store, _queue, _documents) = (store, queue, documents);

    /// <summary>One value, or null.</summary>
    /// <param name="namespace">At most 100 characters, without slashes and control characters.</param>
    /// <param name="key">Any text of 1 to 512 bytes in UTF-8, without the NUL character.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">The namespace or the key breaks a rule.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var step = (await db.State.GetAsync("dialogs", "42"))?.Value.Root;</code></example>
    public async Task<StateEntry?> GetAsync(string @namespace, string key, CancellationToken cancellationToken = default) =>
        await _store.GetKeyedStateAsync(StateKey.Of(@namespace, key).Id, cancellationToken).ConfigureAwait(false) is { } row ? FromRow(row) : null;

    /// <summary>Streams the values of a namespace in the order of the bytes of their keys in UTF-8.</summary>
    /// <param name="namespace">The namespace.</param>
    /// <param name="prefix">Only keys that begin with this text; empty for all.</param>
    /// <param name="after">Only keys after this one: pass the last key of the previous page.</param>
    /// <param name="limit">The most values to return, 1 or more; null for all.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="NexusValidationException">An argument breaks a rule.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>await foreach (var dialog in db.State.ListAsync("dialogs", prefix: "42/")) { … }</code></example>
    public IAsyncEnumerable<StateEntry> ListAsync(
        string @namespace, string prefix = "", string? after = null, int? limit = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (limit is < 1) throw new NexusValidationException("limit", "must be 1 or more");
        var range = StateRange.Of(
            StateKey.CheckedNamespace(@namespace), StateKey.CheckedKey("prefix", prefix), after is null ? null : StateKey.CheckedKey("after", after),
            limit);
        return ReadAsync(range, cancellationToken);
    }

    /// <summary>Sets a value; creates it if there is none.</summary>
    /// <param name="namespace">At most 100 characters, without slashes and control characters.</param>
    /// <param name="key">Any text of 1 to 512 bytes in UTF-8, without the NUL character.</param>
    /// <param name="value">Any JSON value of at most 256 KiB and 64 levels.</param>
    /// <param name="expiry">When the value ceases to exist; null for never. An earlier expiry of the value is replaced.</param>
    /// <param name="expectedVersion">The version to replace; 0: only if there is none; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">An argument breaks a rule.</exception>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.State.SaveAsync("dialogs", "42", StateJson.Parse("2"), StateExpiry.After(TimeSpan.FromHours(1)));</code></example>
    public async Task<WriteReceipt> SaveAsync(
        string @namespace, string key, StateJson value, StateExpiry? expiry = null, long? expectedVersion = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        Validation.Version("expectedVersion", expectedVersion);
        var id = StateKey.Of(@namespace, key).Id;
        var write = new SaveKeyedState(
            id, _documents.AcceptState(StateKey.Place(id), value, StateRules.Value), expiry ?? StateExpiry.Never, expectedVersion);
        if (MaskText.MayBeIn(write.Value.Span)) return await SaveMaskedAsync(write, cancellationToken).ConfigureAwait(false);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToReceipt(write.Key, expectedVersion);
    }

    /// <summary>
    /// Changes members of a value with a JSON merge patch (RFC 7396) that is applied in the store, so that concurrent changes of other members are
    /// kept.
    /// </summary>
    /// <param name="namespace">As in <see cref="SaveAsync"/>.</param>
    /// <param name="key">As in <see cref="SaveAsync"/>.</param>
    /// <param name="patch">The patch; one that is not an object replaces the value.</param>
    /// <param name="expiry">The new expiry; null keeps the present one.</param>
    /// <param name="expectedVersion">The version to change; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">An argument breaks a rule, or the value would be too large.</exception>
    /// <exception cref="NexusNotFoundException">There is no value, or it has expired.</exception>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.State.PatchAsync("dialogs", "42", StateJson.Parse("""{"step":3}"""));</code></example>
    public async Task<WriteReceipt> PatchAsync(
        string @namespace, string key, StateJson patch, StateExpiry? expiry = null, long? expectedVersion = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(patch);
        Validation.Version("expectedVersion", expectedVersion);
        var id = StateKey.Of(@namespace, key).Id;
        var write = new PatchKeyedState(id, _documents.AcceptState(StateKey.Place(id), patch, StateRules.Value), expiry, expectedVersion);
        if (MaskText.MayBeIn(write.Patch.Span)) return await PatchMaskedAsync(write, cancellationToken).ConfigureAwait(false);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToReceipt(write.Key, expectedVersion);
    }

    /// <summary>Deletes a value.</summary>
    /// <param name="namespace">As in <see cref="SaveAsync"/>.</param>
    /// <param name="key">As in <see cref="SaveAsync"/>.</param>
    /// <param name="expectedVersion">The version to delete; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <returns>Whether there was one, and the version that was deleted. An expired value does not exist.</returns>
    /// <exception cref="NexusValidationException">The namespace or the key breaks a rule.</exception>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>var deleted = await db.State.DeleteAsync("dialogs", "42");</code></example>
    public async Task<DeleteReceipt> DeleteAsync(
        string @namespace, string key, long? expectedVersion = null, CancellationToken cancellationToken = default)
    {
        Validation.Version("expectedVersion", expectedVersion);
        var write = new RemoveKeyedState(StateKey.Of(@namespace, key).Id, expectedVersion);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToDeleteReceipt(write.Key, expectedVersion);
    }

    /// <summary>
    /// Removes values that expired at least an hour ago. Until then a new value under the same key follows the version of the expired one, so that a
    /// writer with an old version cannot change it. During an outage of PostgreSQL nothing is removed.
    /// </summary>
    /// <param name="limit">The most values to remove, 1 to 10,000.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many were removed. If it is the limit, there may be more.</returns>
    /// <exception cref="NexusValidationException">The limit is out of its range.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>while (await db.State.SweepExpiredAsync(1000) == 1000) { }</code></example>
    public async Task<int> SweepExpiredAsync(int limit = 1000, CancellationToken cancellationToken = default)
    {
        Validation.Range("limit", limit, 1, 10_000);
        var expired = await _store.ListExpiredStateAsync(SweepAfter, limit, cancellationToken).ConfigureAwait(false);
        if (expired.Count == 0) return 0;
        var outcomes = await _queue.WriteBatchAsync(
            [.. expired.Select(state => new RemoveKeyedState(state.Id, state.Version, OnlyExpired: true))], atomic: false, cancellationToken)
            .ConfigureAwait(false);
        return outcomes.Count(outcome => outcome.IsApplied);
    }

    /// <summary>How long an expired value is kept.</summary>
    internal static readonly TimeSpan SweepAfter = TimeSpan.FromHours(1);

    private async IAsyncEnumerable<StateEntry> ReadAsync(StateRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in _store.ListKeyedStateAsync(range, cancellationToken).ConfigureAwait(false)) yield return FromRow(row);
    }

    private Task<WriteReceipt> SaveMaskedAsync(SaveKeyedState write, CancellationToken cancellationToken) => MaskedWrite.RunAsync(
        write.ExpectedVersion,
        async () =>
        {
            var stored = await _store.GetKeyedStateAsync(write.Id, cancellationToken).ConfigureAwait(false);
            var resolved = Resolve(write.Id, stored, write.Value) is { } value
                ? write with { Value = value, ExpectedVersion = write.ExpectedVersion ?? stored?.Version ?? 0 }
                : write;
            return (resolved, resolved.ExpectedVersion);
        },
        resolved => _queue.WriteAsync(resolved, cancellationToken),
        cancellationToken);

    private Task<WriteReceipt> PatchMaskedAsync(PatchKeyedState write, CancellationToken cancellationToken) => MaskedWrite.RunAsync(
        write.ExpectedVersion,
        async () =>
        {
            var stored = await _store.GetKeyedStateAsync(write.Id, cancellationToken).ConfigureAwait(false)
                ?? throw new NexusNotFoundException(write.Key.ToString());
            var resolved = Resolve(write.Id, stored, write.Patch) is { } patch
                ? write with { Patch = patch, ExpectedVersion = write.ExpectedVersion ?? stored.Version }
                : write;
            return (resolved, resolved.ExpectedVersion);
        },
        resolved => _queue.WriteAsync(resolved, cancellationToken),
        cancellationToken);

    /// <summary>The document with the secrets that its masks stand for; null where it holds no mask.</summary>
    private byte[]? Resolve(string id, KeyedStateRow? stored, ReadOnlyMemory<byte> document) =>
        new MaskedRecord(_documents).Add(StateKey.Place(id), stored?.Value ?? default).Resolve(StateKey.Place(id), document, StateRules.Value);

    private StateEntry FromRow(KeyedStateRow row)
    {
        var (space, key) = StateKey.Parse(row.Id);
        return new StateEntry(
            space, key, StateJson.FromStore(row.Value, _documents, StateKey.Place(row.Id)), row.Version, row.UpdatedAt, row.ExpiresAt);
    }
}
