using System.Runtime.CompilerServices;
using Nexus.Caching;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Sessions;

/// <summary>The sessions of all chats. Every write is durable when its task completes.</summary>
public sealed class NexusSessions
{
    private readonly ISessionReader _store;
    private readonly WriteQueue _queue;
    private readonly SessionSealing _sealing;
    private readonly DocumentSealer _documents;
    private readonly ReadCache<SessionRow> _cache;

    internal NexusSessions(
        ISessionReader store,
        ChangeFeed changes,
        WriteQueue queue,
        Sealer sealer,
        DocumentSealer documents,
        int cacheCapacity,
        long cacheBytes = CacheLimits.DefaultBytes,
        EngineTelemetry? telemetry = null)
    {
        (_store, _queue, _documents, _sealing) = (store, queue, documents, new SessionSealing(sealer, documents));
        _cache = new ReadCache<SessionRow>(
            changes, SessionRow.Table, cacheCapacity, cacheBytes, row => row.ChatId, store.GetSessionsAsync, telemetry?.ReadsOf("sessions"));
    }

    /// <summary>The session of a chat, or null. From memory where it was read before and has not changed since.</summary>
    public async ValueTask<Session?> GetAsync(ChatId chatId, CancellationToken cancellationToken = default) =>
        await _cache.GetAsync(chatId.Value, cancellationToken).ConfigureAwait(false) is { } row ? _sealing.FromRow(row) : null;

    /// <summary>
    /// Streams the sessions that fulfil every condition, or every session, in key order. Secrets are opened when they are revealed, so one that is unreadable
    /// fails only itself.
    /// </summary>
    /// <param name="mode">The config's <c>mode</c>, such as <c>PILOT</c>; null for any.</param>
    /// <param name="strategy">A strategy that is <c>true</c> in the config's <c>strategies</c>; null for any.</param>
    /// <param name="after">Only chats after this one: a page follows the last chat of the one before.</param>
    /// <param name="limit">At most so many, 1 or more; null for all.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="NexusValidationException">A condition breaks a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>await foreach (var session in db.Sessions.ListAsync(mode: "PILOT", strategy: "TREND")) { … }</code></example>
    public async IAsyncEnumerable<Session> ListAsync(
        string? mode = null, string? strategy = null, ChatId? after = null, int? limit = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (limit is < 1) throw new NexusValidationException("limit", "must be 1 or more");
        var query = new SessionQuery(
            mode is null ? null : Validation.Text("mode", mode, 100),
            strategy is null ? null : Validation.Text("strategy", strategy, 200),
            after?.Value,
            limit);
        await foreach (var row in _store.ListSessionsAsync(query, cancellationToken).ConfigureAwait(false)) yield return _sealing.FromRow(row);
    }

    /// <summary>Saves a whole session, creating it where there is none.</summary>
    /// <param name="session">Its version and time are not looked at.</param>
    /// <param name="expectedVersion">Only over this version; 0: only where there is none; null: over whatever is stored.</param>
    /// <param name="keep">Secrets that stay as they are stored, whatever the session says.</param>
    /// <param name="cancellationToken">Before the write was taken into a batch: it is not written.</param>
    /// <exception cref="NexusValidationException">A field breaks a limit.</exception>
    /// <exception cref="NexusConflictException">The stored version is another one.</exception>
    public async Task<WriteReceipt> SaveAsync(Session session, long? expectedVersion = null, KeepSecrets keep = KeepSecrets.None, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        Validation.Version("expectedVersion", expectedVersion);
        var write = _sealing.ToWrite(session, expectedVersion, keep);
        if (SessionMasks.MayHold(write)) return await SaveMaskedAsync(write, cancellationToken).ConfigureAwait(false);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToReceipt(write.Key, expectedVersion);
    }

    /// <summary>Saves as <see cref="SaveAsync"/> does, for a caller who shows what was saved and need not read it for that.</summary>
    /// <returns>The session as this save left it, as if it were read; null where only the store knows all of it: a secret was kept, or a mask stood for one.</returns>
    internal async Task<(WriteReceipt Receipt, Session? Saved)> SaveAndShowAsync(Session session, long? expectedVersion, KeepSecrets keep, CancellationToken cancellationToken)
    {
        if (keep != KeepSecrets.None) return (await SaveAsync(session, expectedVersion, keep, cancellationToken).ConfigureAwait(false), null);
        Validation.Version("expectedVersion", expectedVersion);
        var write = _sealing.ToWrite(session, expectedVersion, keep) with { IsVersionOfItsOwn = true };
        if (SessionMasks.MayHold(write)) return (await SaveMaskedAsync(write, cancellationToken).ConfigureAwait(false), null);
        var receipt = (await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false)).ToReceipt(write.Key, expectedVersion);
        return (receipt, _sealing.FromRow(new SessionRow(write.ChatId, write.ApiKey.Value, write.ApiSecret.Value, write.Config, receipt.Version, receipt.At)));
    }

    /// <summary>Saves many sessions, all or none of them.</summary>
    /// <exception cref="NexusValidationException">A member is refused, or two have the same chat id; the field says which: <c>sessions[3].chatId</c>.</exception>
    public Task<IReadOnlyList<WriteReceipt>> SaveBatchAsync(IReadOnlyList<Session> sessions, CancellationToken cancellationToken = default) =>
        SaveBatchAsync([.. sessions.Select(session => new SessionSave(session))], cancellationToken);

    /// <summary>The same, where each member says which of its secrets stay as they are stored.</summary>
    /// <exception cref="NexusValidationException">A member is refused, or two have the same chat id; the field says which: <c>sessions[3].chatId</c>.</exception>
    public async Task<IReadOnlyList<WriteReceipt>> SaveBatchAsync(IReadOnlyList<SessionSave> sessions, CancellationToken cancellationToken = default)
    {
        var writes = _sealing.ToBatch(sessions);
        if (writes.Length == 0) return [];
        var outcomes = await ApplyBatchAsync(writes, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (!outcomes[i].IsApplied && outcomes[i].Status != WriteStatus.RolledBack) throw outcomes[i].ToException($"sessions[{i}]: {writes[i].Key}");
        }
        return [.. outcomes.Select((outcome, i) => outcome.ToReceipt(writes[i].Key))];
    }

    /// <summary>Changes single fields of the config by a JSON merge patch (RFC 7396), applied in the store: writers of other fields lose nothing.</summary>
    /// <exception cref="NexusNotFoundException">The chat has no session.</exception>
    public async Task<WriteReceipt> PatchConfigAsync(ChatId chatId, StateJson patch, long? expectedVersion = null, CancellationToken cancellationToken = default)
    {
        Validation.Version("expectedVersion", expectedVersion);
        var write = new PatchSessionConfig(chatId.Value, _sealing.SealPatch(chatId, patch), expectedVersion);
        if (MaskText.MayBeIn(write.Patch.Span)) return await PatchMaskedAsync(write, cancellationToken).ConfigureAwait(false);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToReceipt(write.Key, expectedVersion);
    }

    /// <summary>Deletes a session and its keys.</summary>
    /// <returns>False where there was none.</returns>
    public async Task<bool> DeleteAsync(ChatId chatId, long? expectedVersion = null, CancellationToken cancellationToken = default)
    {
        Validation.Version("expectedVersion", expectedVersion);
        var write = new DeleteSession(chatId.Value, expectedVersion);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        if (outcome.Status == WriteStatus.NotFound) return false;
        outcome.ToReceipt(write.Key, expectedVersion);
        return true;
    }

    private Task<WriteReceipt> SaveMaskedAsync(SaveSession write, CancellationToken cancellationToken) => MaskedWrite.RunAsync(
        write.ExpectedVersion,
        async () =>
        {
            var resolved = SessionMasks.Resolve(_documents, write, await FindAsync(write.ChatId, cancellationToken).ConfigureAwait(false));
            return (resolved, resolved.ExpectedVersion);
        },
        resolved => _queue.WriteAsync(resolved, cancellationToken));

    private Task<WriteReceipt> PatchMaskedAsync(PatchSessionConfig write, CancellationToken cancellationToken) => MaskedWrite.RunAsync(
        write.ExpectedVersion,
        async () =>
        {
            var stored = await FindAsync(write.ChatId, cancellationToken).ConfigureAwait(false) ?? throw new NexusNotFoundException(write.Key.ToString());
            var resolved = SessionMasks.Resolve(_documents, write, stored);
            return (resolved, resolved.ExpectedVersion);
        },
        resolved => _queue.WriteAsync(resolved, cancellationToken));

    /// <summary>All or none. Members with masks hold only over the versions that their secrets were taken from.</summary>
    private async Task<WriteOutcome[]> ApplyBatchAsync(SaveSession[] writes, CancellationToken cancellationToken)
    {
        var masked = Enumerable.Range(0, writes.Length).Where(i => SessionMasks.MayHold(writes[i])).ToArray();
        for (var attempt = 1; ; attempt++)
        {
            var resolved = masked.Length == 0 ? writes : await ResolveAsync().ConfigureAwait(false);
            var outcomes = await _queue.WriteBatchAsync(resolved, atomic: true, cancellationToken).ConfigureAwait(false);
            var lostRace = attempt < Contention.MaxAttempts && Array.Exists(masked, i => outcomes[i].Status == WriteStatus.Conflict);
            if (!lostRace) return outcomes;
        }

        async Task<SaveSession[]> ResolveAsync()
        {
            var rows = (await _store.GetSessionsAsync([.. masked.Select(i => writes[i].ChatId)], cancellationToken).ConfigureAwait(false)).ToDictionary(row => row.ChatId, StringComparer.Ordinal);
            var resolved = Array.ConvertAll(writes, write => write with { WriteId = UuidV7.New() });
            foreach (var i in masked)
            {
                try
                {
                    resolved[i] = SessionMasks.Resolve(_documents, resolved[i], rows.GetValueOrDefault(writes[i].ChatId));
                }
                catch (NexusValidationException error)
                {
                    throw error.Within($"sessions[{i}]");
                }
            }
            return resolved;
        }
    }

    private async Task<SessionRow?> FindAsync(string chatId, CancellationToken cancellationToken)
    {
        var rows = await _store.GetSessionsAsync([chatId], cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0];
    }
}
