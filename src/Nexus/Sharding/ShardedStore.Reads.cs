using System.Runtime.CompilerServices;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Dispatch;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.KeyedState;
using Nexus.Postgres;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Users;

namespace Nexus.Sharding;

/// <summary>Reads of one chat ask its shard; lists ask all shards and are merged in their order, so that cursors are those of one store.</summary>
internal sealed partial class ShardedStore
{
    public Task<IReadOnlyList<SessionRow>> GetSessionsAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        GetAsync(chatIds, SessionRow.Table, static (store, ids, token) => store.GetSessionsAsync(ids, token), cancellationToken);

    public IAsyncEnumerable<SessionRow> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken) => MergeAsync(
        (store, token) => store.ListSessionsAsync(query, token), static (one, other) => KeyOrder.Compare(one.ChatId, other.ChatId), query.Limit,
        cancellationToken);

    public Task<IReadOnlyList<UserRow>> GetUsersAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        GetAsync(chatIds, UserRow.Table, static (store, ids, token) => store.GetUsersAsync(ids, token), cancellationToken);

    public Task<IReadOnlyList<AccessRow>> GetAccessAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        GetAsync(chatIds, UserRow.Table, static (store, ids, token) => store.GetAccessAsync(ids, token), cancellationToken);

    public IAsyncEnumerable<UserRow> ListUsersAsync(string? after, int? limit, CancellationToken cancellationToken) => MergeAsync(
        (store, token) => store.ListUsersAsync(after, limit, token), ByChat, limit, cancellationToken);

    public async IAsyncEnumerable<UserRow> ListUsersAsync(UserQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Each shard counts for itself, so several users may have a number.
        var users = MergeAsync(
            (store, token) => store.ListUsersWithNameAsync(query, token),
            (one, other) => query.Order switch
            {
                UserOrder.Name => KeyOrder.Compare(one.Name!, other.Name!),
                UserOrder.End => Nullable.Compare(one.Row.ExpiresAt, other.Row.ExpiresAt),
                _ => 0,
            } is not 0 and var order ? order : ByChat(one.Row, other.Row),
            query.Limit, cancellationToken);
        await foreach (var (_, row) in users.ConfigureAwait(false)) yield return row;
    }

    public async Task<UserCounts> CountUsersAsync(CancellationToken cancellationToken)
    {
        var counts = await ReadAsync(
            topology => AllAsync(topology, store => store.CountUsersAsync(cancellationToken)), cancellationToken).ConfigureAwait(false);
        return new UserCounts(counts.Sum(count => count.Admins), counts.Sum(count => count.Active), counts.Sum(count => count.Expired));
    }

    public async IAsyncEnumerable<DispatchRow> ListDispatchRowsAsync(
        DispatchRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var shares = range.ChatIds is null ? null : ShareOut(range.ChatIds);
        var rows = MergeAsync(
            (store, token) => store.ListDispatchRowsAsync(shares is null ? range : range with { ChatIds = shares(store) }, token),
            static (one, other) => KeyOrder.Compare(one.ChatId, other.ChatId), range.Limit, cancellationToken);
        await foreach (var row in rows.ConfigureAwait(false)) yield return row;
    }

    public IAsyncEnumerable<SignalRecipient> DispatchAsync(DispatchQuery query, CancellationToken cancellationToken)
    {
        var shares = query.ChatIds is null ? null : ShareOut(query.ChatIds);
        return MergeAsync(
            (store, token) => store.DispatchAsync(shares is null ? query : query with { ChatIds = shares(store) }, token),
            static (_, _) => 0, limit: null, cancellationToken);
    }

    public Task<BotStateRow> GetBotStateAsync(CancellationToken cancellationToken) => Home.GetBotStateAsync(cancellationToken);

    public Task<SystemConfigRow?> GetSystemConfigAsync(string key, CancellationToken cancellationToken) =>
        Home.GetSystemConfigAsync(key, cancellationToken);

    public IAsyncEnumerable<SystemConfigRow> ListSystemConfigAsync(CancellationToken cancellationToken) =>
        Home.ListSystemConfigAsync(cancellationToken);

    public Task<KeyedStateRow?> GetKeyedStateAsync(string id, CancellationToken cancellationToken)
    {
        var place = StateKey.PlaceOf(id);
        return ReadAsync(topology => topology.StoreOf(place).GetKeyedStateAsync(id, cancellationToken), cancellationToken);
    }

    /// <summary>Nexus's own values are on the home shard: alerts, jobs and notices go on while another shard does not respond.</summary>
    public IAsyncEnumerable<KeyedStateRow> ListKeyedStateAsync(StateRange range, CancellationToken cancellationToken) => HomeRange.Covers(range)
        ? Home.ListKeyedStateAsync(range, cancellationToken)
        : MergeAsync(
            (store, token) => store.ListKeyedStateAsync(range, token), static (one, other) => KeyOrder.Compare(one.Id, other.Id), range.Limit,
            cancellationToken);

    public Task<IReadOnlyList<ExpiredState>> ListExpiredStateAsync(TimeSpan since, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<ExpiredState>>(
            async topology => [.. (await AllAsync(topology, store => store.ListExpiredStateAsync(since, limit, cancellationToken))
                .ConfigureAwait(false)).SelectMany(list => list).Take(limit)],
            cancellationToken);

    public Task<IReadOnlyList<TaskRow>> GetTasksAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        Home.GetTasksAsync(ids, cancellationToken);

    public IAsyncEnumerable<TaskRow> ListTasksAsync(TaskQuery query, CancellationToken cancellationToken) =>
        Home.ListTasksAsync(query, cancellationToken);

    public Task<TaskBacklog> GetTaskBacklogAsync(CancellationToken cancellationToken) => Home.GetTaskBacklogAsync(cancellationToken);

    public Task<IReadOnlyList<TaskRow>> ClaimTasksAsync(int limit, TimeSpan lease, string holder, CancellationToken cancellationToken) =>
        Home.ClaimTasksAsync(limit, lease, holder, cancellationToken);

    public Task<DateTimeOffset?> RenewTaskAsync(Guid id, long fence, TimeSpan lease, CancellationToken cancellationToken) =>
        Home.RenewTaskAsync(id, fence, lease, cancellationToken);

    public Task<bool> ReleaseTaskAsync(Guid id, long fence, TimeSpan delay, string? error, CancellationToken cancellationToken) =>
        Home.ReleaseTaskAsync(id, fence, delay, error, cancellationToken);

    public Task<IReadOnlyList<CalibrationRow>> GetCalibrationsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        GetAsync(ids, CalibrationRow.Table, static (store, some, token) => store.GetCalibrationsAsync(some, token), cancellationToken);

    public IAsyncEnumerable<CalibrationRow> ListCalibrationsAsync(string? chatId, string? after, int? limit, CancellationToken cancellationToken) =>
        MergeAsync((store, token) => store.ListCalibrationsAsync(chatId, after, limit, token),
            static (one, other) => KeyOrder.Compare(one.Id, other.Id), limit, cancellationToken, chatId);

    public Task<string?> GetMetaAsync(string name, CancellationToken cancellationToken) => Home.GetMetaAsync(name, cancellationToken);

    public Task SetMetaAsync(string name, string value, CancellationToken cancellationToken) => Home.SetMetaAsync(name, value, cancellationToken);

    public Task<string> GetOrAddMetaAsync(string name, string value, CancellationToken cancellationToken) =>
        Home.GetOrAddMetaAsync(name, value, cancellationToken);

    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => Home.GetTimeAsync(cancellationToken);

    /// <summary>Sums over the shards that respond; the size of each database counts once. The concerns name the others.</summary>
    public async Task<StoreStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        var asked = Enumerable.Range(0, Count).Select(number => AskAsync(number, store => store.GetStatusAsync(cancellationToken)));
        StoreStatus[] all = [.. (await Task.WhenAll(asked).ConfigureAwait(false)).OfType<StoreStatus>()];
        return all[0] with
        {
            SchemaVersion = all.Min(status => status.SchemaVersion),
            SizeBytes = all.DistinctBy(status => status.Location).Sum(status => status.SizeBytes),
            Sessions = all.Sum(status => status.Sessions),
            Users = all.Sum(status => status.Users),
            Trades = all.Sum(status => status.Trades),
            PoolMax = all.Sum(status => status.PoolMax),
        };
    }

    /// <summary>Asks every shard, again where the map was old.</summary>
    public Task<T[]> AskAllAsync<T>(Func<IShardStore, Task<T>> ask, CancellationToken cancellationToken) =>
        ReadAsync(topology => AllAsync(topology, ask), cancellationToken);

    private static int ByChat(UserRow one, UserRow other) => KeyOrder.Compare(one.ChatId, other.ChatId);

    /// <summary>The records with some keys, each from its shard.</summary>
    private Task<IReadOnlyList<T>> GetAsync<T>(
        IReadOnlyCollection<string> ids, RecordTable table, Func<IShardStore, IReadOnlyCollection<string>, CancellationToken,
            Task<IReadOnlyList<T>>> get, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return Task.FromResult<IReadOnlyList<T>>([]);
        if (ids.Count == 1)
        {
            var place = table.PlaceOf(ids.First());
            return ReadAsync(topology => get(topology.StoreOf(place), ids, cancellationToken), cancellationToken);
        }
        return ReadAsync<IReadOnlyList<T>>(async topology =>
        {
            var shares = ids.GroupBy(id => topology.StoreOf(table.PlaceOf(id)));
            var lists = await Task.WhenAll(shares.Select(share => get(share.Key, [.. share], cancellationToken))).ConfigureAwait(false);
            return [.. lists.SelectMany(list => list)];
        }, cancellationToken);
    }

    /// <summary>The chats of each shard, by the map that is in use when it is asked.</summary>
    private Func<IShardStore, IReadOnlyCollection<string>> ShareOut(IReadOnlyCollection<string> chatIds) => store =>
    {
        var topology = Current;
        return [.. chatIds.Where(chat => ReferenceEquals(topology.StoreOf(RecordPlace.OfChat(chat)), store))];
    };

    private static Task<T[]> AllAsync<T>(Topology topology, Func<IShardStore, Task<T>> read) => Task.WhenAll(topology.Stores.Select(read));

    /// <summary>A read by the map; again by a new one where the map was old.</summary>
    private async Task<T> ReadAsync<T>(Func<Topology, Task<T>> read, CancellationToken cancellationToken)
    {
        for (var wait = new MoveWait(_clock); ;)
        {
            var topology = Current;
            try
            {
                var value = await read(topology).ConfigureAwait(false);
                if (ReferenceEquals(topology, Current)) return value;
            }
            catch (StaleShardMapException stale)
            {
                if (!await TryReloadAsync(topology, wait, cancellationToken).ConfigureAwait(false)) throw Moving(stale);
            }
        }
    }

    /// <summary>The same for a list. Rows are returned only once each shard has proven that the map is its own.</summary>
    /// <param name="list">The part of a shard, in order.</param>
    /// <param name="order">The order.</param>
    /// <param name="limit">The most rows; null for all.</param>
    /// <param name="cancellationToken">Ends the list.</param>
    /// <param name="chatId">Only the shard of this chat is asked; null for all.</param>
    private async IAsyncEnumerable<T> MergeAsync<T>(
        Func<IShardStore, CancellationToken, IAsyncEnumerable<T>> list, Comparison<T> order, int? limit,
        [EnumeratorCancellation] CancellationToken cancellationToken, string? chatId = null)
    {
        for (var wait = new MoveWait(_clock); ;)
        {
            var topology = Current;
            IShardStore[] asked = chatId is null ? topology.Stores : [topology.StoreOf(RecordPlace.OfChat(chatId))];
            var rows = MergedRows.OfAsync(
                [.. asked.Select(store => list(store, cancellationToken))], order, limit,
                () =>
                {
                    if (!ReferenceEquals(topology, Current)) throw new StaleShardMapException("the map was replaced");
                },
                cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using var end = rows.ConfigureAwait(false);
            bool hasRow;
            try
            {
                hasRow = await rows.MoveNextAsync().ConfigureAwait(false);
            }
            catch (StaleShardMapException stale)
            {
                if (!await TryReloadAsync(topology, wait, cancellationToken).ConfigureAwait(false)) throw Moving(stale);
                continue;
            }
            for (; hasRow; hasRow = await rows.MoveNextAsync().ConfigureAwait(false)) yield return rows.Current;
            yield break;
        }
    }
}
