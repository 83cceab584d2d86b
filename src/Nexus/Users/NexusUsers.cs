using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Nexus.Caching;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Users;

/// <summary>Who may use the bot.</summary>
public sealed partial class NexusUsers
{
    /// <summary>Chats of one check.</summary>
    private const int MaxChats = 1000;

    private readonly IUserReader _store;
    private readonly WriteQueue _queue;
    private readonly DocumentSealer _documents;
    private readonly HashSet<string> _owners;
    private readonly AccessCache _access;
    private readonly ReadCache<UserRow> _users;
    private readonly ILogger _logger;

    internal NexusUsers(
        IUserReader store,
        ChangeFeed changes,
        WriteQueue queue,
        DocumentSealer documents,
        IEnumerable<ChatId> owners,
        int cacheCapacity,
        long cacheBytes,
        TimeProvider clock,
        ILogger<NexusUsers> logger,
        EngineTelemetry? telemetry = null)
    {
        (_store, _queue, _documents, _logger) = (store, queue, documents, logger);
        _owners = [.. owners.Select(owner => owner.Value)];
        _access = new AccessCache(store, changes, clock, cacheCapacity, cacheBytes, telemetry?.ReadsOf("access"));
        _users = new ReadCache<UserRow>(
            changes, UserRow.Table, cacheCapacity, cacheBytes, row => row.ChatId, store.GetUsersAsync, telemetry?.ReadsOf("users"));
    }

    /// <summary>
    /// Whether the chat may use the bot. Fails closed: if the store is unavailable, access is denied with <see cref="AccessRole.Error"/>,
    /// which says nothing about the user.
    /// </summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <example><code>if (!(await db.Users.CheckAccessAsync(chat)).Allowed) return;</code></example>
    public ValueTask<Access> CheckAccessAsync(ChatId chatId, CancellationToken cancellationToken = default)
    {
        if (_owners.Contains(chatId.Value)) return new ValueTask<Access>(new Access(Allowed: true, AccessRole.Owner));
        return _access.TryGet(chatId.Value, out var user) ? new ValueTask<Access>(_access.Judge(user)) : LoadAccessAsync(chatId, cancellationToken);
    }

    /// <summary>
    /// Whether each of several chats may use the bot, in their order. Chats that are not in memory are read together. Fails closed, as the check of
    /// one chat.
    /// </summary>
    /// <param name="chatIds">The chats, at most 1,000.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">There are too many chats.</exception>
    /// <example><code>
    /// foreach (var (chat, access) in await db.Users.CheckAccessAsync([1001, 1002])) Console.WriteLine($"{chat} {access.Role}");
    /// </code></example>
    public async Task<IReadOnlyList<(ChatId ChatId, Access Access)>> CheckAccessAsync(
        IReadOnlyCollection<ChatId> chatIds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(chatIds);
        if (chatIds.Count > MaxChats) throw new NexusValidationException("chatIds", $"must be at most {MaxChats}");
        // Started together: the cache reads what it lacks in one query.
        var checks = chatIds.Select(chat => (chat, Check: CheckAccessAsync(chat, cancellationToken).AsTask())).ToList();
        var answers = new List<(ChatId, Access)>(checks.Count);
        foreach (var (chat, check) in checks) answers.Add((chat, await check.ConfigureAwait(false)));
        return answers;
    }

    /// <summary>The user of a chat, or null. Served from memory if it was read before and has not changed since.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var ends = (await db.Users.GetAsync(1001))?.ExpiresAt;</code></example>
    public async ValueTask<User?> GetAsync(ChatId chatId, CancellationToken cancellationToken = default) =>
        await _users.GetAsync(chatId.Value, cancellationToken).ConfigureAwait(false) is { } row ? FromRow(row) : null;

    /// <summary>How many users there are, by role and by the end of the subscription. Counted exactly, which reads every user once.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var active = (await db.Users.CountAsync()).Active;</code></example>
    public Task<UserCounts> CountAsync(CancellationToken cancellationToken = default) => _store.CountUsersAsync(cancellationToken);

    /// <summary>Adds a subscriber, or changes an existing one.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="name">At most 256 characters.</param>
    /// <param name="days">The number of days from now that the subscription lasts, 1 to 36,500; null if it does not end. There is no default.</param>
    /// <param name="role">The role.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">The name or the days exceed a limit.</exception>
    /// <example><code>await db.Users.SaveAsync(1001, "Ada", days: 30);</code></example>
    public Task<WriteReceipt> SaveAsync(ChatId chatId, string? name, int? days, UserRole role = UserRole.User,
        CancellationToken cancellationToken = default) =>
        SaveAsync(chatId, new UserChange { Name = name, Days = days, NeverExpires = days is null, Role = role },
            cancellationToken: cancellationToken);

    /// <summary>
    /// Creates or changes a user. A new user needs one of <see cref="UserChange.ExpiresAt"/>, <see cref="UserChange.Days"/> and <see
    /// cref="UserChange.NeverExpires"/>.
    /// </summary>
    /// <exception cref="NexusValidationException">A field exceeds a limit, or the user is new and the change sets no end of the
    /// subscription.</exception>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <param name="chatId">The chat.</param>
    /// <param name="change">What changes; null members keep what is stored.</param>
    /// <param name="expectedVersion">The version to replace; 0: only if there is none; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.Users.SaveAsync(1001, new UserChange { Role = UserRole.Admin, TimeZone = "Europe/Madrid" });</code></example>
    public async Task<WriteReceipt> SaveAsync(ChatId chatId, UserChange change, long? expectedVersion = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        Validation.Version("expectedVersion", expectedVersion);
        var expiry = ToExpiry(change);
        var write = new SaveUser(
            chatId.Value,
            ReadableText.Optional("name", change.Name, Validation.MaxNameLength),
            change.Role is { } role ? RoleName(role) : null,
            expiry,
            await ValidTimeZoneAsync(chatId, change, cancellationToken).ConfigureAwait(false),
            change.TelegramId,
            change.Groups is { } groups ? ValidGroups(chatId, groups) : (ReadOnlyMemory<byte>?)null,
            expectedVersion,
            change.CreatedAt is { } created ? Validation.CalendarInstant(created) : null,
            MustExist: expiry.Kind == ExpiryKind.Keep);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        // Otherwise setting the time zone of an unknown chat would create a subscriber whose subscription never ends.
        if (outcome.Status == WriteStatus.NotFound)
            throw new NexusValidationException("expiresAt", "or days is required for a new user; null means that the subscription does not end");
        if (expiry.Kind != ExpiryKind.Keep || change.Role is not null) await RestoreSessionAsync(chatId, outcome).ConfigureAwait(false);
        return outcome.ToReceipt(write.Key, expectedVersion);
    }

    /// <summary>
    /// Extends a subscription by a number of days after the later of now and its present end. A subscription without an end stays so.
    /// </summary>
    /// <exception cref="NexusNotFoundException">There is no such user.</exception>
    /// <param name="chatId">The chat.</param>
    /// <param name="days">1 to 36,500.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">The days exceed a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.Users.ExtendAsync(1001, days: 30);</code></example>
    public async Task<WriteReceipt> ExtendAsync(ChatId chatId, int days, CancellationToken cancellationToken = default)
    {
        Validation.Range("days", days, 1, Validation.MaxDays);
        var write = new ExtendUser(chatId.Value, days);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        await RestoreSessionAsync(chatId, outcome).ConfigureAwait(false);
        return outcome.ToReceipt(write.Key);
    }

    /// <summary>Removes a user; sessions and trades of the chat stay.</summary>
    /// <returns>Whether there was one, and the version that was deleted.</returns>
    /// <param name="chatId">The chat.</param>
    /// <param name="expectedVersion">The version to delete; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>var deleted = await db.Users.DeleteAsync(1001);</code></example>
    public async Task<DeleteReceipt> DeleteAsync(ChatId chatId, long? expectedVersion = null, CancellationToken cancellationToken = default)
    {
        Validation.Version("expectedVersion", expectedVersion);
        var write = new RemoveUser(chatId.Value, expectedVersion);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToDeleteReceipt(write.Key, expectedVersion);
    }

    /// <summary>Restores the session of a renewed subscriber if it is locked down.</summary>
    internal Func<ChatId, CancellationToken, Task>? Renewed { get; set; }

    /// <summary>The renewal is done, whatever becomes of the session: the job for subscriptions restores it otherwise.</summary>
    private async Task RestoreSessionAsync(ChatId chatId, WriteOutcome outcome)
    {
        if (Renewed is not { } restore || !outcome.IsApplied || outcome.IsSpooled) return;
        try
        {
            await restore(chatId, CancellationToken.None).ConfigureAwait(false);
        }
        catch (NexusException error)
        {
            LogNotRestored(_logger, error);
        }
    }

    private async ValueTask<Access> LoadAccessAsync(ChatId chatId, CancellationToken cancellationToken)
    {
        try
        {
            return _access.Judge(await _access.GetAsync(chatId.Value, cancellationToken).ConfigureAwait(false));
        }
        catch (NexusException error)
        {
            LogAccessUnanswered(_logger, error);
            return new Access(Allowed: false, AccessRole.Error);
        }
    }

    private static User FromRow(UserRow row) => new()
    {
        ChatId = ChatId.FromStore(row.ChatId),
        Number = row.Number,
        Name = row.Name,
        Role = row.Role == "admin" ? UserRole.Admin : UserRole.User,
        ExpiresAt = row.ExpiresAt,
        TimeZone = row.TimeZone,
        TelegramId = row.TelegramId,
        Groups = StateJson.Parse(row.Groups),
        CreatedAt = row.CreatedAt,
        Version = row.Version,
    };

    private static Expiry ToExpiry(UserChange change)
    {
        if ((change.ExpiresAt is null ? 0 : 1) + (change.Days is null ? 0 : 1) + (change.NeverExpires ? 1 : 0) > 1)
        {
            throw new NexusValidationException("expiresAt", "cannot be combined with days or with no expiry");
        }
        if (change.NeverExpires) return new Expiry(ExpiryKind.Never);
        if (change.Days is { } days) return new Expiry(ExpiryKind.DaysFromNow, Days: Validation.Range("days", days, 1, Validation.MaxDays));
        return change.ExpiresAt is { } instant ? new Expiry(ExpiryKind.At, Validation.CalendarInstant(instant)) : new Expiry(ExpiryKind.Keep);
    }

    /// <summary>What was read can be written: a zone that is stored already may be unknown, as that of an adopted user.</summary>
    private async Task<string?> ValidTimeZoneAsync(ChatId chatId, UserChange change, CancellationToken cancellationToken)
    {
        if (Validation.OptionalText("timezone", change.TimeZone, Validation.MaxZoneLength) is not { } zone) return null;
        return ZoneNames.Find(zone) is not null || ZoneNames.IsName(zone) && (change.AllowUnknownTimeZone
            || (await GetAsync(chatId, cancellationToken).ConfigureAwait(false))?.TimeZone == zone)
            ? zone
            : throw new NexusValidationException("timezone", "is not a known IANA time zone name such as Europe/Madrid");
    }

    private ReadOnlyMemory<byte> ValidGroups(ChatId chatId, StateJson groups)
    {
        var checkedGroups = _documents.AcceptState(GroupsPlace(chatId.Value), groups,
            new DocumentRules("groups", Validation.MaxDocumentBytes, MustBeObject: true, KeepMasks: false));
        foreach (var group in StateJson.Parse(checkedGroups).Root.EnumerateObject())
        {
            if (group.Value.ValueKind is not (System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False))
            {
                throw new NexusValidationException($"groups.{ClientText.Short(group.Name)}", "must be true or false");
            }
        }
        return checkedGroups;
    }

    /// <summary>The name of a role in the stores.</summary>
    /// <exception cref="NexusValidationException">It is no role.</exception>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public static string RoleName(UserRole role) => role switch
    {
        UserRole.Admin => "admin",
        UserRole.User => "user",
        _ => throw new NexusValidationException("role", "must be user or admin"),
    };

    [LoggerMessage(1010, LogLevel.Warning, "An access check failed, so access was denied")]
    private static partial void LogAccessUnanswered(ILogger logger, Exception error);

    [LoggerMessage(1011, LogLevel.Warning, "The session of a renewed subscriber was not restored; the job for subscriptions tries again")]
    private static partial void LogNotRestored(ILogger logger, Exception error);

    internal static SealContext GroupsPlace(string chatId) => new(UserRow.Table.Name, chatId, "enabled_groups");
}
