using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Nexus.Calibrations;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.KeyedState;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Subscriptions;

/// <summary>What the end of a subscription brings about: notices before it, and a session that is locked down until the renewal.</summary>
public sealed class NexusSubscriptions
{
    /// <summary>The most days before the end for which there may be a notice.</summary>
    public const int MaxNoticeDays = 365;

    private const int MaxChats = 1000;

    /// <summary>In one document of the queue, which may have 256 KiB.</summary>
    private const int MaxNotices = 200;

    /// <summary>How long a record shows after the end of the subscription that its notice was given.</summary>
    private static readonly TimeSpan KeepRecords = TimeSpan.FromDays(30);

    /// <summary>A notice that was not delivered by then is no longer useful.</summary>
    private static readonly TimeSpan KeepQueued = TimeSpan.FromDays(7);

    private readonly IUserReader _users;
    private readonly ISessionReader _sessions;
    private readonly IKeyedStateReader _state;
    private readonly WriteQueue _queue;
    private readonly ChangeFeed _changes;
    private readonly DocumentSealer _documents;
    private readonly HashSet<string> _owners;
    private readonly ChatErasure _erasure;

    internal NexusSubscriptions(
        IUserReader users, ISessionReader sessions, IKeyedStateReader state, ITaskReader tasks, ICalibrationReader calibrations,
        ITradeReader trades, ChangeFeed changes, WriteQueue queue, DocumentSealer documents, IEnumerable<ChatId> owners)
    {
        (_users, _sessions, _state, _changes, _queue, _documents) = (users, sessions, state, changes, queue, documents);
        _erasure = new ChatErasure(sessions, users, state, tasks, calibrations, trades, queue);
        _owners = [.. owners.Select(owner => owner.Value)];
    }

    /// <summary>
    /// Locks down the sessions of those chats whose subscription has ended by the store's clock, and restores those that are locked down although it
    /// has not. A locked session has the mode WATCHER and no strategies and groups; its keys stay sealed in it. Owners and chats without a user are
    /// left alone.
    /// </summary>
    /// <param name="chats">At most 1,000.</param>
    /// <param name="locks">Whether sessions are locked down; false only restores.</param>
    /// <param name="isPreview">Changes nothing and returns what would be done.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <remarks>
    /// The store applies each change only while the user is as it was read and its clock agrees, so that no session is locked beside a renewal. A
    /// session that another writer changes at the same moment is left out: call again.
    /// </remarks>
    /// <exception cref="NexusValidationException">There are too many chats.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var locked = (await db.Subscriptions.AlignSessionsAsync([1001])).Locked;</code></example>
    public async Task<SessionAlignment> AlignSessionsAsync(
        IReadOnlyCollection<ChatId> chats, bool locks = true, bool isPreview = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(chats);
        if (chats.Count > MaxChats) throw new NexusValidationException("chats", $"must be at most {MaxChats}");
        var ids = chats.Select(chat => chat.Value).Distinct(StringComparer.Ordinal).ToList();
        var sessions = await _sessions.GetSessionsAsync(ids, cancellationToken).ConfigureAwait(false);
        if (sessions.Count == 0) return new SessionAlignment([], [], []);
        var users = (await _users.GetUsersAsync([.. sessions.Select(session => session.ChatId)], cancellationToken).ConfigureAwait(false))
            .ToDictionary(user => user.ChatId, StringComparer.Ordinal);
        var (writes, unreadable) = (new List<LockSession>(), new List<ChatId>());
        foreach (var session in sessions)
        {
            if (!users.TryGetValue(session.ChatId, out var user)) continue;
            try
            {
                if (Align(session, user, locks) is { } write) writes.Add(write);
            }
            // What something other than Nexus stored keeps its own chat as it is, and no other.
            catch (JsonException)
            {
                unreadable.Add(ChatId.FromStore(session.ChatId));
            }
        }
        var outcomes = isPreview || writes.Count == 0 ? [.. writes.Select(_ => WriteOutcome.Applied(0, default))]
            : await _queue.WriteBatchAsync(writes, atomic: false, cancellationToken).ConfigureAwait(false);
        return new SessionAlignment(Chats(outcome => outcome.IsApplied, true), Chats(outcome => outcome.IsApplied, false),
            [.. unreadable, .. Chats(outcome => outcome.Status == WriteStatus.Failed, null)]);

        List<ChatId> Chats(Func<WriteOutcome, bool> condition, bool? locking) =>
        [
            .. writes.Where((write, n) => condition(outcomes[n]) && (locking is null || write.Locks == locking))
                .Select(write => ChatId.FromStore(write.ChatId)),
        ];
    }

    /// <summary>
    /// Records notices, each once: one that was recorded before, by any instance, is left out. What is recorded appears in
    /// <see cref="WatchAsync"/> of every instance, and the notifiers of a server deliver it.
    /// </summary>
    /// <param name="notices">The notices.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Those that are new.</returns>
    /// <exception cref="NexusValidationException">The days of a notice are out of their range.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>await db.Subscriptions.NotifyAsync([new SubscriptionNotice(1001, end, Days: 3, "Europe/Madrid")]);</code></example>
    public async Task<IReadOnlyList<SubscriptionNotice>> NotifyAsync(
        IReadOnlyCollection<SubscriptionNotice> notices, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(notices);
        foreach (var notice in notices) Validation.Range("days", notice.Days, 1, MaxNoticeDays);
        List<SubscriptionNotice> added = [];
        foreach (var some in notices.DistinctBy(notice => notice.Id).Chunk(MaxNotices))
        {
            var fresh = await FindNewAsync(some, cancellationToken).ConfigureAwait(false);
            added.AddRange(await AddAsync(fresh, cancellationToken).ConfigureAwait(false));
        }
        return added;
    }

    /// <summary>The notices from now on, of all instances on the same store.</summary>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <remarks>A listener that was not connected finds what it missed in the users: the end of each subscription is there.</remarks>
    /// <example><code>await foreach (var notice in db.Subscriptions.WatchAsync(stopping)) Tell(notice.ChatId, notice.EndsAt);</code></example>
    public async IAsyncEnumerable<SubscriptionNotice> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var subscription = _changes.Subscribe();
        await foreach (var changes in subscription.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var change in changes)
            {
                if (await FindNoticeAsync(change, cancellationToken).ConfigureAwait(false) is { } notice) yield return notice;
            }
        }
    }

    /// <summary>The notice that a change has recorded; null for every other change.</summary>
    /// <param name="change">A change of <see cref="NexusDb.WatchAsync"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>if (await db.Subscriptions.FindNoticeAsync(change) is { } notice) Tell(notice.ChatId, notice.EndsAt);</code></example>
    public async Task<SubscriptionNotice?> FindNoticeAsync(StateChange change, CancellationToken cancellationToken = default)
    {
        if (change.Table != KeyedStateRow.Table.Name || !change.Id.StartsWith($"{SubscriptionNotice.Namespace}/", StringComparison.Ordinal))
            return null;
        // A change may also be the removal of an old record.
        if (await _state.GetKeyedStateAsync(change.Id, cancellationToken).ConfigureAwait(false) is not { } row) return null;
        using var json = JsonDocument.Parse(row.Value);
        return SubscriptionNotice.Read(json.RootElement);
    }

    /// <summary>
    /// Erases a chat: its session with all keys, its user, its tasks, calibrations and history of changes, and the values of the keyed state whose
    /// key is the chat's id or has it as a part between slashes, colons or bars (as the first part only, if the id has fewer than 6 characters).
    /// Its trades stay for the accounts, under a random number and without metadata and exit reason. Every instance hears of each change. A
    /// second call finds nothing.
    /// </summary>
    /// <param name="chatId">The chat. Stop its bot first, so that nothing is written again.</param>
    /// <param name="isPreview">Changes nothing and returns what would be erased.</param>
    /// <param name="cancellationToken">Stops in between. What is left is erased by the next call.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond, or only the local replica does.</exception>
    /// <example><code>var erased = await db.Subscriptions.ForgetAsync(1001);</code></example>
    public Task<ForgottenChat> ForgetAsync(ChatId chatId, bool isPreview = false, CancellationToken cancellationToken = default) =>
        _erasure.RunAsync(chatId, isPreview, cancellationToken);

    /// <summary>Removes the entries of a chat from the history of changes, which stands above the features.</summary>
    internal Func<ChatId, bool, CancellationToken, Task<long>>? ForgetHistory { set => _erasure.ForgetHistory = value; }

    /// <summary>Restores the session of a chat if its subscription runs.</summary>
    internal Task RestoreAsync(ChatId chat, CancellationToken cancellationToken) =>
        AlignSessionsAsync([chat], locks: false, cancellationToken: cancellationToken);

    private LockSession? Align(SessionRow session, UserRow user, bool locks)
    {
        var hasEnded = user is { Role: "user", ExpiresAt: { } end } && end <= user.ReadAt;
        if (hasEnded && (!locks || _owners.Contains(session.ChatId))) return null;
        var config = hasEnded ? SessionLock.Lock(session.Config) : SessionLock.Restore(session.Config);
        return config is null ? null : new LockSession(session.ChatId, config, hasEnded, user.Version, session.Version);
    }

    private async Task<List<SubscriptionNotice>> FindNewAsync(SubscriptionNotice[] notices, CancellationToken cancellationToken)
    {
        List<SubscriptionNotice> fresh = [];
        foreach (var some in notices.Chunk(8))
        {
            var stored = await Task.WhenAll(some.Select(notice => _state.GetKeyedStateAsync(notice.Id, cancellationToken))).ConfigureAwait(false);
            fresh.AddRange(some.Where((_, n) => stored[n] is null));
        }
        return fresh;
    }

    /// <summary>The records and their place in the queue of the notifiers are written together, or not at all.</summary>
    private async Task<List<SubscriptionNotice>> AddAsync(List<SubscriptionNotice> notices, CancellationToken cancellationToken)
    {
        while (notices.Count > 0)
        {
            Write[] writes =
            [
                .. notices.Select(notice => Save(notice.Id, json => notice.WriteTo(json), StateExpiry.At(Later(notice.EndsAt, KeepRecords)))),
                Save(new StateKey(SubscriptionNotice.QueueNamespace, UuidV7.New().ToString("n")).Id, json => WriteAll(json, notices),
                    StateExpiry.After(KeepQueued)),
            ];
            var outcomes = await _queue.WriteBatchAsync(writes, atomic: true, cancellationToken).ConfigureAwait(false);
            if (Array.TrueForAll(outcomes, outcome => outcome.IsApplied)) return notices;
            // Another instance was faster with some of them.
            var left = notices.Where((_, n) => outcomes[n].Status != WriteStatus.Conflict).ToList();
            if (left.Count == notices.Count)
                throw outcomes.First(outcome => !outcome.IsApplied && outcome.Status != WriteStatus.RolledBack).ToException("the notices");
            notices = left;
        }
        return notices;
    }

    private SaveKeyedState Save(string id, Action<Utf8JsonWriter> write, StateExpiry expiry)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonText.WriterOptions)) write(json);
        var value = _documents.AcceptState(StateKey.Place(id), StateJson.Parse(buffer.WrittenMemory), StateRules.Value);
        return new SaveKeyedState(id, value, expiry, ExpectedVersion: 0);
    }

    private static void WriteAll(Utf8JsonWriter json, List<SubscriptionNotice> notices)
    {
        json.WriteStartArray();
        foreach (var notice in notices) notice.WriteTo(json);
        json.WriteEndArray();
    }

    private static DateTimeOffset Later(DateTimeOffset at, TimeSpan time)
    {
        var last = new DateTimeOffset(9999, 12, 1, 0, 0, 0, TimeSpan.Zero);
        return at > last - time ? last : at + time;
    }
}
