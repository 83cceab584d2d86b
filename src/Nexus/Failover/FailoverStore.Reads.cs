using System.Runtime.CompilerServices;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Chats;
using Nexus.Dispatch;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.KeyedState;
using Nexus.Postgres;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Failover;

/// <summary>Reads: from PostgreSQL, or from the local replica while it is unavailable.</summary>
internal sealed partial class FailoverStore
{
    public Task<IReadOnlyList<SessionRow>> GetSessionsAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        ReadRowsAsync(SessionRow.Table, chatIds, row => row.ChatId, (store, token) => store.GetSessionsAsync(chatIds, token), cancellationToken);

    public IAsyncEnumerable<SessionRow> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken) =>
        StreamAsync(SessionRow.Table, (store, token) => store.ListSessionsAsync(query, token), cancellationToken);

    public Task<IReadOnlyList<UserRow>> GetUsersAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        ReadRowsAsync(UserRow.Table, chatIds, row => row.ChatId, (store, token) => store.GetUsersAsync(chatIds, token), cancellationToken);

    public Task<IReadOnlyList<AccessRow>> GetAccessAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        ReadRowsAsync(UserRow.Table, chatIds, row => row.ChatId, (store, token) => store.GetAccessAsync(chatIds, token), cancellationToken);

    public IAsyncEnumerable<UserRow> ListUsersAsync(string? after, int? limit, CancellationToken cancellationToken) =>
        StreamAsync(UserRow.Table, (store, token) => store.ListUsersAsync(after, limit, token), cancellationToken);

    public IAsyncEnumerable<UserRow> ListUsersAsync(UserQuery query, CancellationToken cancellationToken) => StreamAsync(
        UserRow.Table,
        (store, token) => query.Number is not null && ReferenceEquals(store, _local) ? throw NumbersMissing() : store.ListUsersAsync(query, token),
        cancellationToken);

    public Task<UserCounts> CountUsersAsync(CancellationToken cancellationToken) =>
        ReadValueAsync(UserRow.Table, (store, token) => store.CountUsersAsync(token), cancellationToken);

    /// <summary>Each row says whether it comes from the local replica: the index of the signals is of PostgreSQL's rows only.</summary>
    public async IAsyncEnumerable<DispatchRow> ListDispatchRowsAsync(
        DispatchRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (rows, replica) = await ReadAsync(
            SessionRow.Table,
            (store, token) => OpenedStream<DispatchRow>.OpenAsync((from, life) => from.ListDispatchRowsAsync(range, life), store, token,
                cancellationToken),
            cancellationToken).ConfigureAwait(false);
        await using var end = rows.ConfigureAwait(false);
        await foreach (var row in rows.ReadAllAsync().ConfigureAwait(false)) yield return replica is null ? row : row with { Replica = replica };
    }

    public IAsyncEnumerable<SignalRecipient> DispatchAsync(DispatchQuery query, CancellationToken cancellationToken) =>
        StreamAsync(SessionRow.Table, (store, token) => store.DispatchAsync(query, token), cancellationToken);

    public async Task<BotStateRow> GetBotStateAsync(CancellationToken cancellationToken)
    {
        var (row, replica) = await ReadAsync(BotStateRow.Table, (store, token) => store.GetBotStateAsync(token), cancellationToken)
            .ConfigureAwait(false);
        return replica is null ? row : row with { Replica = replica };
    }

    public async Task<SystemConfigRow?> GetSystemConfigAsync(string key, CancellationToken cancellationToken)
    {
        var (row, replica) = await ReadAsync((store, token) => store.GetSystemConfigAsync(key, token), cancellationToken).ConfigureAwait(false);
        if (row is null && replica is not null && IsGuessing(new WriteKey(SystemConfigRow.Table, key))) throw SpoolWriter.CopyIncomplete();
        return row;
    }

    public IAsyncEnumerable<SystemConfigRow> ListSystemConfigAsync(CancellationToken cancellationToken) =>
        StreamAsync(SystemConfigRow.Table, (store, token) => store.ListSystemConfigAsync(token), cancellationToken);

    public async Task<KeyedStateRow?> GetKeyedStateAsync(string id, CancellationToken cancellationToken)
    {
        var (row, replica) = await ReadAsync((store, token) => store.GetKeyedStateAsync(id, token), cancellationToken).ConfigureAwait(false);
        if (row is null && replica is not null && IsGuessing(new WriteKey(KeyedStateRow.Table, id))) throw SpoolWriter.CopyIncomplete();
        return row;
    }

    public IAsyncEnumerable<KeyedStateRow> ListKeyedStateAsync(StateRange range, CancellationToken cancellationToken) =>
        StreamAsync(KeyedStateRow.Table, (store, token) => store.ListKeyedStateAsync(range, token), cancellationToken);

    public Task<IReadOnlyList<ExpiredState>> ListExpiredStateAsync(TimeSpan since, int limit, CancellationToken cancellationToken) =>
        ReadValueAsync(KeyedStateRow.Table, (store, token) => store.ListExpiredStateAsync(since, limit, token), cancellationToken);

    public async Task<IReadOnlyList<TaskRow>> GetTasksAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        await ReadRowsAsync(
            TaskRow.Table, [.. ids.Select(id => id.ToString())], row => row.Id.ToString(), (store, token) => store.GetTasksAsync(ids, token),
            cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<TaskRow> ListTasksAsync(TaskQuery query, CancellationToken cancellationToken) =>
        StreamAsync(TaskRow.Table, (store, token) => store.ListTasksAsync(query, token), cancellationToken);

    public Task<TaskBacklog> GetTaskBacklogAsync(CancellationToken cancellationToken) =>
        ReadValueAsync(TaskRow.Table, (store, token) => store.GetTaskBacklogAsync(token), cancellationToken);

    public Task<IReadOnlyList<TaskRow>> ClaimTasksAsync(int limit, TimeSpan lease, string holder, CancellationToken cancellationToken) =>
        GrantAsync((primary, token) => primary.ClaimTasksAsync(limit, lease, holder, token), cancellationToken);

    public Task<DateTimeOffset?> RenewTaskAsync(Guid id, long fence, TimeSpan lease, CancellationToken cancellationToken) =>
        GrantAsync((primary, token) => primary.RenewTaskAsync(id, fence, lease, token), cancellationToken);

    public Task<bool> ReleaseTaskAsync(Guid id, long fence, TimeSpan delay, string? error, CancellationToken cancellationToken) =>
        GrantAsync((primary, token) => primary.ReleaseTaskAsync(id, fence, delay, error, token), cancellationToken);

    public Task<IReadOnlyList<CalibrationRow>> GetCalibrationsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        ReadRowsAsync(CalibrationRow.Table, ids, row => row.Id, (store, token) => store.GetCalibrationsAsync(ids, token), cancellationToken);

    public IAsyncEnumerable<CalibrationRow> ListCalibrationsAsync(
        string? chatId, string? after, int? limit, CancellationToken cancellationToken) =>
        StreamAsync(CalibrationRow.Table, (store, token) => store.ListCalibrationsAsync(chatId, after, limit, token), cancellationToken);

    public async Task<IReadOnlyList<TradeRow>> FindTradesAsync(Guid id, string? chatId, DateTimeOffset? entryTimestamp,
        CancellationToken cancellationToken)
    {
        var (rows, replica) = await ReadAsync((store, token) =>
            store.FindTradesAsync(id, chatId, entryTimestamp, token), cancellationToken).ConfigureAwait(false);
        if (rows.Count == 0 && replica is not null && IsGuessing(new WriteKey(TradeRow.Table, id.ToString()))) throw SpoolWriter.CopyIncomplete();
        return rows;
    }

    public IAsyncEnumerable<TradeRow> ListTradesAsync(TradeQuery query, CancellationToken cancellationToken) =>
        StreamAsync(TradeRow.Table, (store, token) => store.ListTradesAsync(query, token), cancellationToken);

    public Task<long> CountTradesAsync(TradeQuery query, CancellationToken cancellationToken) =>
        ReadValueAsync(TradeRow.Table, (store, token) => store.CountTradesAsync(query, token), cancellationToken);

    public Task<TradePerformance> GetPerformanceAsync(PerformanceQuery query, CancellationToken cancellationToken) =>
        ReadValueAsync(TradeRow.Table, (store, token) => store.GetPerformanceAsync(query, token), cancellationToken);

    public Task<PerformanceGroups> GetPerformanceGroupsAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken) =>
        ReadValueAsync(TradeRow.Table, (store, token) => store.GetPerformanceGroupsAsync(query, limit, token), cancellationToken);

    public Task<IReadOnlyList<TradeSegment>> GetTradeSegmentsAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken) =>
        ReadValueAsync(TradeRow.Table, (store, token) => store.GetTradeSegmentsAsync(query, limit, token), cancellationToken);

    public Task<string?> GetMetaAsync(string name, CancellationToken cancellationToken) =>
        ReadValueAsync((store, token) => store.GetMetaAsync(name, token), cancellationToken);

    public async Task SetMetaAsync(string name, string value, CancellationToken cancellationToken)
    {
        await _gate.CallAsync(
            async (primary, token) =>
            {
                await primary.SetMetaAsync(name, value, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        await _local.SetMetaAsync(name, value, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Also kept in the local replica, so that a start without PostgreSQL knows it.</summary>
    public async Task<string> GetOrAddMetaAsync(string name, string value, CancellationToken cancellationToken)
    {
        var (stored, replica) = await ReadAsync((store, token) =>
            store.GetOrAddMetaAsync(name, value, token), cancellationToken).ConfigureAwait(false);
        if (replica is null) await _local.SetMetaAsync(name, stored, cancellationToken).ConfigureAwait(false);
        return stored;
    }

    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) =>
        ReadValueAsync((store, token) => store.GetTimeAsync(token), cancellationToken);

    public async Task<StoreStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        var (status, replica) = await ReadAsync((store, token) => store.GetStatusAsync(token), cancellationToken).ConfigureAwait(false);
        return replica is null ? status
            : status with { Kind = Kind, Location = $"{_remote.Location}, which is unavailable; local replica {status.Location}" };
    }

    /// <summary>
    /// What PostgreSQL alone can grant. It is not repeated: a claim whose response was lost ends with its lease; a second would take more tasks.
    /// </summary>
    private async Task<T> GrantAsync<T>(Func<IReplicatedPrimary, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        if (_outages.Current is { } outage)
        {
            throw new StoreUnavailableException(
                outage.Reason, $"{outage.Message}; tasks are claimed, renewed and released only while PostgreSQL is available");
        }
        return await _gate.CallOnceAsync(call, cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> ReadValueAsync<T>(Func<IStore, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        (await ReadAsync(read, cancellationToken).ConfigureAwait(false)).Value;

    private async Task<T> ReadValueAsync<T>(
        RecordTable table, Func<IStore, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        (await ReadAsync(table, read, cancellationToken).ConfigureAwait(false)).Value;

    /// <summary>What reads many records of a table, where those that the replica lacks would be passed over in silence.</summary>
    private Task<(T Value, ReplicaSource? Replica)> ReadAsync<T>(
        RecordTable table, Func<IStore, CancellationToken, Task<T>> read, CancellationToken cancellationToken) => ReadAsync(
        (store, token) => ReferenceEquals(store, _local) && !_follower.Copies(table) ? Task.FromException<T>(NotCopied(table)) : read(store, token),
        cancellationToken);

    private static StoreUnavailableException NumbersMissing() => new(
        StoreUnavailableReason.Unreachable, "PostgreSQL is unavailable, and the local replica does not hold the numbers of users");

    private StoreUnavailableException NotCopied(RecordTable table) => new(
        StoreUnavailableReason.Unreachable,
        $"PostgreSQL is unavailable, and the local replica does not hold {table.Name}: NexusOptions."
            + $"{nameof(NexusOptions.FallbackCopy)} is {FallbackCopies.NameOf(_copy)}");

    /// <summary>Rows by key. A record that an incomplete replica lacks may exist in PostgreSQL, so it cannot be reported as missing.</summary>
    private async Task<IReadOnlyList<T>> ReadRowsAsync<T>(
        RecordTable table, IReadOnlyCollection<string> asked, Func<T, string> keyOf, Func<IStore, CancellationToken, Task<IReadOnlyList<T>>> read,
            CancellationToken cancellationToken)
    {
        var (rows, replica) = await ReadAsync(read, cancellationToken).ConfigureAwait(false);
        if (replica is null) return rows;
        if (rows.Count < asked.Count)
        {
            var found = rows.Select(keyOf).ToHashSet(StringComparer.Ordinal);
            if (asked.Any(id => !found.Contains(id) && IsGuessing(new WriteKey(table, id)))) throw SpoolWriter.CopyIncomplete();
        }
        return ReplicaRows.From(rows, replica);
    }

    /// <returns>What was read, and where it comes from: null for PostgreSQL.</returns>
    private async Task<(T Value, ReplicaSource? Replica)> ReadAsync<T>(Func<IStore, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!_outages.IsUnavailable)
            {
                try
                {
                    return (await _gate.ReadAsync(read, cancellationToken).ConfigureAwait(false), null);
                }
                catch (StoreUnavailableException error) when (error.Reason != StoreUnavailableReason.Stopped)
                {
                    // A query that takes long on a server that is well is no outage.
                    if (error.Reason == StoreUnavailableReason.TimedOut && await _gate.AnswersAsync(cancellationToken).ConfigureAwait(false)) throw;
                    await FailOverAsync(error).ConfigureAwait(false);
                }
            }
            if (await LocalAsync(cancellationToken).ConfigureAwait(false) is not { } local) continue;
            var source = new ReplicaSource(_follower.AsOf, _clock);
            var value = await read(local, cancellationToken).ConfigureAwait(false);
            AnswerSource.Read(source);
            return (value, source);
        }
    }

    /// <summary>A stream stays with the store where it began, and fails if that store becomes unavailable.</summary>
    private async IAsyncEnumerable<T> StreamAsync<T>(
        RecordTable table, Func<IStore, CancellationToken, IAsyncEnumerable<T>> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (rows, _) = await ReadAsync(table, (store, token) =>
            OpenedStream<T>.OpenAsync(read, store, token, cancellationToken), cancellationToken).ConfigureAwait(false);
        await using var end = rows.ConfigureAwait(false);
        await foreach (var row in rows.ReadAllAsync().ConfigureAwait(false)) yield return row;
    }

    /// <summary>The local replica, once it is ready; null while PostgreSQL serves.</summary>
    private async Task<IStore?> LocalAsync(CancellationToken cancellationToken)
    {
        if (_outages.Current is not { } outage) return null;
        await outage.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _follower.Buckets.Removed.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _local;
    }

    private bool IsGuessing(WriteKey key) => _follower.AsOf is null || !_follower.Copies(key.Table) || _follower.Backlog.IsUncertain(key);
}
