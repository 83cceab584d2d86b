using Nexus.Storage;

namespace Nexus.Users;

/// <summary>A user's row with the reading of this process's monotonic clock when it was loaded.</summary>
internal sealed record CachedUser(UserRow Row, long LoadedAt);

/// <summary>Users in memory, for the access check that runs on every message.</summary>
internal sealed class UserCache
{
    private readonly TimeProvider _clock;
    private readonly ReadCache<CachedUser> _cache;

    public UserCache(IStore store, TimeProvider clock, int capacity)
    {
        _clock = clock;
        _cache = new ReadCache<CachedUser>(store.Changes, StateTable.Users, capacity, user => user.Row.ChatId, async (chatIds, cancellationToken) =>
        {
            // Taken before the query: the store's clock is then read as early as possible, so a subscription never ends late by the query's time.
            var before = clock.GetTimestamp();
            var rows = await store.GetUsersAsync(chatIds, cancellationToken).ConfigureAwait(false);
            return [.. rows.Select(row => new CachedUser(row, before))];
        });
    }

    public bool TryGet(string chatId, out CachedUser? user) => _cache.TryGet(chatId, out user);

    public ValueTask<CachedUser?> GetAsync(string chatId, CancellationToken cancellationToken) => _cache.GetAsync(chatId, cancellationToken);

    /// <summary>
    /// The store's clock now: its reading at the load plus what passed since by the monotonic clock, so that a subscription ends at its instant although its row is in
    /// memory, and setting this machine's clock changes nothing.
    /// </summary>
    public DateTimeOffset StoreTimeNow(CachedUser user) => user.Row.ReadAt + _clock.GetElapsedTime(user.LoadedAt);
}
