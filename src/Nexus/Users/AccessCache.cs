using Nexus.Caching;
using Nexus.Chats;
using Nexus.Engine;

namespace Nexus.Users;

/// <summary>The part of a user that the access check needs. The check runs on every message.</summary>
/// <param name="ChatId">The chat.</param>
/// <param name="Role">Admin or user; <see cref="AccessRole.None"/> where the stored role is neither.</param>
/// <param name="Remaining">How much of the subscription was left at the load, negative once it has ended; null: it does not end.</param>
/// <param name="LoadedAt">The reading of this process's monotonic clock at the load.</param>
internal sealed record CachedAccess(string ChatId, AccessRole Role, TimeSpan? Remaining, long LoadedAt) : IHasSize
{
    public int Size => IHasSize.Overhead;
}

/// <summary>Access by chat, in memory where it was read before and has not changed since.</summary>
internal sealed class AccessCache
{
    private readonly TimeProvider _clock;
    private readonly ReadCache<CachedAccess> _cache;

    public AccessCache(
        IUserReader store, ChangeFeed changes, TimeProvider clock, int capacity, long maxBytes = CacheLimits.DefaultBytes, CacheReads? reads = null)
    {
        _clock = clock;
        _cache = new ReadCache<CachedAccess>(changes, UserRow.Table, capacity, maxBytes, user => user.ChatId, LoadAsync, reads);

        async Task<IReadOnlyList<CachedAccess>> LoadAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken)
        {
            // Taken before the query: the store's clock is then read as early as possible, so a subscription never ends late by the query's time.
            var before = clock.GetTimestamp();
            var rows = await store.GetAccessAsync(chatIds, cancellationToken).ConfigureAwait(false);
            CachedAccess[] users = [.. rows.Select(row => new CachedAccess(row.ChatId, ToRole(row.Role), row.ExpiresAt - row.ReadAt, before))];
            return ReplicaRows.From(users, ReplicaRows.SourceOf(rows));
        }
    }

    public bool TryGet(string chatId, out CachedAccess? user) => _cache.TryGet(chatId, out user);

    public ValueTask<CachedAccess?> GetAsync(string chatId, CancellationToken cancellationToken) => _cache.GetAsync(chatId, cancellationToken);

    /// <summary>
    /// An admin has access whatever the end of the subscription; other users until that instant of the store's clock: its reading at the load plus
    /// the time since then by the monotonic clock. A subscription in memory ends on time, and setting this machine's clock changes nothing.
    /// </summary>
    public Access Judge(CachedAccess? user) => user switch
    {
        null => new Access(Allowed: false, AccessRole.None),
        { Role: AccessRole.Admin } => new Access(Allowed: true, AccessRole.Admin),
        { Remaining: { } remaining } when remaining <= _clock.GetElapsedTime(user.LoadedAt) => new Access(Allowed: false, AccessRole.Expired),
        _ => new Access(Allowed: user.Role == AccessRole.User, user.Role),
    };

    private static AccessRole ToRole(string role) => role switch
    {
        "admin" => AccessRole.Admin,
        "user" => AccessRole.User,
        // A role that this program does not know grants nothing.
        _ => AccessRole.None,
    };
}
