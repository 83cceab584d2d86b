using System.Runtime.CompilerServices;
using Nexus.Caching;
using Nexus.Chats;
using Nexus.Dispatch;
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
    private readonly SignalDispatcher _dispatcher;

    internal NexusSessions(
        ISessionReader store,
        ChangeFeed changes,
        WriteQueue queue,
        Sealer sealer,
        DocumentSealer documents,
        SignalDispatcher dispatcher,
        int cacheCapacity,
        long cacheBytes = CacheLimits.DefaultBytes,
        EngineTelemetry? telemetry = null)
    {
        (_store, _queue, _documents, _dispatcher) = (store, queue, documents, dispatcher);
        _sealing = new SessionSealing(sealer, documents);
        _cache = new ReadCache<SessionRow>(
            changes, SessionRow.Table, cacheCapacity, cacheBytes, row => row.ChatId, store.GetSessionsAsync, telemetry?.ReadsOf("sessions"));
    }

    /// <summary>The session of a chat, or null. Served from memory if it was read before and has not changed since.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>if (await db.Sessions.GetAsync(1001) is { } session) Console.WriteLine(session.Config);</code></example>
    public async ValueTask<Session?> GetAsync(ChatId chatId, CancellationToken cancellationToken = default)
    {
        var row = StaleReads.AreAllowed ? await GetStaleAsync(chatId.Value, cancellationToken).ConfigureAwait(false)
            : await _cache.GetAsync(chatId.Value, cancellationToken).ConfigureAwait(false);
        return row is null ? null : _sealing.FromRow(row);
    }

    /// <summary>A row that may be old is not kept in memory, where it would grow older.</summary>
    private async ValueTask<SessionRow?> GetStaleAsync(string chatId, CancellationToken cancellationToken)
    {
        if (_cache.TryGet(chatId, out var row)) return row;
        StaleReads.Permit();
        return await _store.GetSessionsAsync([chatId], cancellationToken).ConfigureAwait(false) is [var stored] ? stored : null;
    }

    /// <summary>
    /// Streams the sessions that match every condition in key order. Secrets are opened when they are revealed, so an unreadable one
    /// fails only itself.
    /// </summary>
    /// <param name="mode">The config's <c>mode</c>, such as <c>PILOT</c>; null for any.</param>
    /// <param name="strategy">A strategy that is <c>true</c> in the config's <c>strategies</c>; null for any.</param>
    /// <param name="after">Only chats after this one: pass the last chat of the previous page.</param>
    /// <param name="limit">The most sessions to return, 1 or more; null for all.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="NexusValidationException">A condition exceeds a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>await foreach (var session in db.Sessions.ListAsync(mode: "PILOT", strategy: "TREND")) { … }</code></example>
    public IAsyncEnumerable<Session> ListAsync(
        string? mode = null, string? strategy = null, ChatId? after = null, int? limit = null, CancellationToken cancellationToken = default) =>
        ListAsync(
            new SessionQuery(
                mode is null ? null : Validation.Text("mode", mode, 100),
                strategy is null ? null : Validation.Text("strategy", strategy, Validation.MaxNameLength),
                after?.Value,
                Validation.Limit(limit)),
            cancellationToken);

    private async IAsyncEnumerable<Session> ListAsync(SessionQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StaleReads.Permit();
        await foreach (var row in _store.ListSessionsAsync(query, cancellationToken).ConfigureAwait(false)) yield return _sealing.FromRow(row);
    }

    /// <summary>
    /// Streams the chats that may get a signal now, in any order and each once: its access is valid by the store's clock, the bot and the chat have
    /// switched on the strategy and the group, neither has disabled the symbol, and its mode is one of those that the signal names. Selected from an
    /// index in memory, which the first signal starts to build, or by a query of the store.
    /// </summary>
    /// <remarks>
    /// A change that was acknowledged before the call counts, as do changes during the stream for chats that were not streamed yet. Docs:
    /// getting-started.md.
    /// </remarks>
    /// <param name="signal">Its strategy, and what else limits it.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="NexusValidationException">A name of the signal exceeds a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>
    /// var signal = new Signal("TREND") { Group = "CRYPTO", Symbol = "BTCUSDT", Modes = ["PILOT", "COPILOT"] };
    /// await foreach (var (chat, mode) in db.Sessions.DispatchAsync(signal)) await EnterAsync(chat, mode);
    /// </code></example>
    public IAsyncEnumerable<SignalRecipient> DispatchAsync(Signal signal, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signal);
        return _dispatcher.DispatchAsync(signal, cancellationToken);
    }

    /// <summary>The index that <see cref="DispatchAsync"/> uses; <see cref="NexusOptions.DispatchIndex"/> turns it off.</summary>
    public DispatchIndexStatus DispatchIndex => _dispatcher.IndexStatus;

    /// <summary>Saves a whole session; creates it if there is none.</summary>
    /// <param name="session">Its version and time are ignored.</param>
    /// <param name="expectedVersion">The version to replace; 0: only if there is none; null: any version.</param>
    /// <param name="keep">Secrets that keep their stored value, whatever the session contains.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">A field exceeds a limit.</exception>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>
    /// var session = new Session(1001, "api key", "api secret", StateJson.Parse("""{"mode":"PILOT"}"""));
    /// var receipt = await db.Sessions.SaveAsync(session);
    /// </code></example>
    public async Task<WriteReceipt> SaveAsync(Session session, long? expectedVersion = null, KeepSecrets keep = KeepSecrets.None,
        CancellationToken cancellationToken = default)
    {
        Check(session, expectedVersion);
        var write = _sealing.ToWrite(session, expectedVersion, keep);
        if (SessionMasks.MayHold(write)) return await SaveMaskedAsync(write, cancellationToken).ConfigureAwait(false);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToReceipt(write.Key, expectedVersion);
    }

    /// <summary>
    /// Saves as <see cref="SaveAsync"/> does and returns the session as it is stored. Reads it back only if a secret was kept or given as a mask.
    /// </summary>
    /// <param name="session">Its version and time are ignored.</param>
    /// <param name="expectedVersion">The version to replace; 0: only if there is none; null: any version.</param>
    /// <param name="keep">Secrets that keep their stored value, whatever the session contains.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">A field exceeds a limit.</exception>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <exception cref="NexusNotFoundException">The session was saved and then deleted before it was read back.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>var stored = await db.Sessions.SaveAndGetAsync(session, expectedVersion: session.Version);</code></example>
    public async Task<StoredSession> SaveAndGetAsync(Session session, long? expectedVersion = null, KeepSecrets keep = KeepSecrets.None,
        CancellationToken cancellationToken = default)
    {
        Check(session, expectedVersion);
        var write = _sealing.ToWrite(session, expectedVersion, keep);
        if (SessionMasks.MayHold(write))
            return await ReadBackAsync(write, await SaveMaskedAsync(write, cancellationToken).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
        write = write with { IsVersionOfItsOwn = keep == KeepSecrets.None };
        var receipt = (await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false)).ToReceipt(write.Key, expectedVersion);
        return write.IsVersionOfItsOwn
            ? new StoredSession(_sealing.FromWrite(write, receipt), receipt)
            : await ReadBackAsync(write, receipt, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Saves many sessions: all of them or none.</summary>
    /// <exception cref="NexusValidationException">A session is invalid, or two have the same chat id. The field says which one, such as
    /// <c>sessions[3].chatId</c>.</exception>
    /// <param name="sessions">Each chat at most once; their versions and times are ignored.</param>
    /// <param name="cancellationToken">If cancelled before the batch is handed to the store, nothing is written.</param>
    /// <returns>The receipt of each, in the order given.</returns>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.Sessions.SaveBatchAsync(sessions.ConvertAll(session => session.LockDown()));</code></example>
    public Task<IReadOnlyList<WriteReceipt>> SaveBatchAsync(IReadOnlyList<Session> sessions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        return SaveBatchAsync([.. sessions.Select(session => new SessionSave(session))], cancellationToken);
    }

    /// <summary>Saves many sessions, all of them or none. Each says which of its secrets keep their stored value.</summary>
    /// <exception cref="NexusValidationException">A session is invalid, or two have the same chat id. The field says which one, such as
    /// <c>sessions[3].chatId</c>.</exception>
    /// <param name="sessions">Each chat at most once; their versions and times are ignored.</param>
    /// <param name="cancellationToken">If cancelled before the batch is handed to the store, nothing is written.</param>
    /// <returns>The receipt of each, in the order given.</returns>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.Sessions.SaveBatchAsync([new SessionSave(session, KeepSecrets.ApiKey | KeepSecrets.ApiSecret)]);</code></example>
    public async Task<IReadOnlyList<WriteReceipt>> SaveBatchAsync(IReadOnlyList<SessionSave> sessions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        var writes = _sealing.ToBatch(sessions);
        if (writes.Length == 0) return [];
        var outcomes = await ApplyBatchAsync(writes, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (!outcomes[i].IsApplied && outcomes[i].Status != WriteStatus.RolledBack)
                throw outcomes[i].ToException($"sessions[{i}]: {writes[i].Key}");
        }
        return [.. outcomes.Select((outcome, i) => outcome.ToReceipt(writes[i].Key))];
    }

    /// <summary>
    /// Changes fields of the config with a JSON merge patch (RFC 7396) that is applied in the store, so that concurrent changes of other fields are
    /// kept.
    /// </summary>
    /// <exception cref="NexusNotFoundException">The chat has no session.</exception>
    /// <param name="chatId">The chat.</param>
    /// <param name="patch">A JSON object; a member that is null is removed.</param>
    /// <param name="expectedVersion">The version to change; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">The patch is not a JSON object, or a field exceeds a limit.</exception>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.Sessions.PatchConfigAsync(1001, StateJson.Parse("""{"leverage":3,"note":null}"""));</code></example>
    public async Task<WriteReceipt> PatchConfigAsync(ChatId chatId, StateJson patch, long? expectedVersion = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(patch);
        Validation.Version("expectedVersion", expectedVersion);
        var write = new PatchSessionConfig(chatId.Value, _sealing.SealPatch(chatId, patch), expectedVersion);
        if (MaskText.MayBeIn(write.Patch.Span)) return await PatchMaskedAsync(write, cancellationToken).ConfigureAwait(false);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToReceipt(write.Key, expectedVersion);
    }

    /// <summary>Deletes a session and its keys.</summary>
    /// <returns>Whether there was one, and the version that was deleted.</returns>
    /// <param name="chatId">The chat.</param>
    /// <param name="expectedVersion">The version to delete; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>var deleted = await db.Sessions.DeleteAsync(1001);</code></example>
    public async Task<DeleteReceipt> DeleteAsync(ChatId chatId, long? expectedVersion = null, CancellationToken cancellationToken = default)
    {
        Validation.Version("expectedVersion", expectedVersion);
        var write = new DeleteSession(chatId.Value, expectedVersion);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToDeleteReceipt(write.Key, expectedVersion);
    }

    private static void Check(Session session, long? expectedVersion)
    {
        ArgumentNullException.ThrowIfNull(session);
        Validation.Version("expectedVersion", expectedVersion);
    }

    private async Task<StoredSession> ReadBackAsync(SaveSession write, WriteReceipt receipt, CancellationToken cancellationToken) =>
        await _cache.GetAsync(write.ChatId, cancellationToken).ConfigureAwait(false) is { } row
            ? new StoredSession(_sealing.FromRow(row), receipt)
            : throw new NexusNotFoundException(write.Key.ToString());

    private Task<WriteReceipt> SaveMaskedAsync(SaveSession write, CancellationToken cancellationToken) => MaskedWrite.RunAsync(
        write.ExpectedVersion,
        async () =>
        {
            var resolved = SessionMasks.Resolve(_documents, write, await FindAsync(write.ChatId, cancellationToken).ConfigureAwait(false));
            return (resolved, resolved.ExpectedVersion);
        },
        resolved => _queue.WriteAsync(resolved, cancellationToken),
        cancellationToken);

    private Task<WriteReceipt> PatchMaskedAsync(PatchSessionConfig write, CancellationToken cancellationToken) => MaskedWrite.RunAsync(
        write.ExpectedVersion,
        async () =>
        {
            var stored = await FindAsync(write.ChatId, cancellationToken).ConfigureAwait(false)
                ?? throw new NexusNotFoundException(write.Key.ToString());
            var resolved = SessionMasks.Resolve(_documents, write, stored);
            return (resolved, resolved.ExpectedVersion);
        },
        resolved => _queue.WriteAsync(resolved, cancellationToken),
        cancellationToken);

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
            var rows = (await _store.GetSessionsAsync([.. masked.Select(i => writes[i].ChatId)], cancellationToken).ConfigureAwait(false))
                .ToDictionary(row => row.ChatId, StringComparer.Ordinal);
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
