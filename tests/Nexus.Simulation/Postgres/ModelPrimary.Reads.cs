using System.Runtime.CompilerServices;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Dispatch;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.KeyedState;
using Nexus.Postgres;
using Nexus.Sessions;
using Nexus.Sharding;
using Nexus.Sqlite;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Simulation;

/// <summary>Reads and claims: one round trip each.</summary>
internal sealed partial class ModelPrimary
{
    public IReadOnlyList<StoreConcern> Concerns => [];

    public Task<IReadOnlyList<SessionRow>> GetSessionsAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        ReadAsync("read sessions", store => store.GetSessionsAsync(chatIds, default), cancellationToken);

    public IAsyncEnumerable<SessionRow> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken) =>
        StreamAsync("list sessions", store => store.ListSessionsAsync(query, default), cancellationToken);

    public Task<IReadOnlyList<UserRow>> GetUsersAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        ReadAsync("read users", store => store.GetUsersAsync(chatIds, default), cancellationToken);

    public Task<IReadOnlyList<AccessRow>> GetAccessAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        ReadAsync("read access", store => store.GetAccessAsync(chatIds, default), cancellationToken);

    public IAsyncEnumerable<UserRow> ListUsersAsync(string? after, int? limit, CancellationToken cancellationToken) =>
        StreamAsync("list users", store => store.ListUsersAsync(after, limit, default), cancellationToken);

    public IAsyncEnumerable<UserRow> ListUsersAsync(UserQuery query, CancellationToken cancellationToken) =>
        StreamAsync("list users", store => store.ListUsersAsync(query, default), cancellationToken);

    public Task<UserCounts> CountUsersAsync(CancellationToken cancellationToken) =>
        ReadAsync("count users", store => store.CountUsersAsync(default), cancellationToken);

    public IAsyncEnumerable<DispatchRow> ListDispatchRowsAsync(DispatchRange range, CancellationToken cancellationToken) =>
        StreamAsync("list recipients", store => store.ListDispatchRowsAsync(range, default), cancellationToken);

    public IAsyncEnumerable<SignalRecipient> DispatchAsync(DispatchQuery query, CancellationToken cancellationToken) =>
        StreamAsync("dispatch", store => store.DispatchAsync(query, default), cancellationToken);

    public Task<BotStateRow> GetBotStateAsync(CancellationToken cancellationToken) =>
        ReadAsync("read bot_state", store => store.GetBotStateAsync(default), cancellationToken);

    public Task<SystemConfigRow?> GetSystemConfigAsync(string key, CancellationToken cancellationToken) =>
        ReadAsync("read system_config", store => store.GetSystemConfigAsync(key, default), cancellationToken);

    public IAsyncEnumerable<SystemConfigRow> ListSystemConfigAsync(CancellationToken cancellationToken) =>
        StreamAsync("list system_config", store => store.ListSystemConfigAsync(default), cancellationToken);

    public Task<KeyedStateRow?> GetKeyedStateAsync(string id, CancellationToken cancellationToken) =>
        ReadAsync("read keyed_state", store => store.GetKeyedStateAsync(id, default), cancellationToken);

    public IAsyncEnumerable<KeyedStateRow> ListKeyedStateAsync(StateRange range, CancellationToken cancellationToken) =>
        StreamAsync("list keyed_state", store => store.ListKeyedStateAsync(range, default), cancellationToken);

    public Task<IReadOnlyList<ExpiredState>> ListExpiredStateAsync(TimeSpan since, int limit, CancellationToken cancellationToken) =>
        ReadAsync("list expired", store => store.ListExpiredStateAsync(since, limit, default), cancellationToken);

    public Task<IReadOnlyList<TaskRow>> GetTasksAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        ReadAsync("read tasks", store => store.GetTasksAsync(ids, default), cancellationToken);

    public IAsyncEnumerable<TaskRow> ListTasksAsync(TaskQuery query, CancellationToken cancellationToken) =>
        StreamAsync("list tasks", store => store.ListTasksAsync(query, default), cancellationToken);

    public Task<TaskBacklog> GetTaskBacklogAsync(CancellationToken cancellationToken) =>
        ReadAsync("read backlog", store => store.GetTaskBacklogAsync(default), cancellationToken);

    public Task<IReadOnlyList<TaskRow>> ClaimTasksAsync(int limit, TimeSpan lease, string holder, CancellationToken cancellationToken) =>
        ReadAsync("claim tasks", store => store.ClaimTasksAsync(limit, lease, holder, default), cancellationToken);

    public Task<DateTimeOffset?> RenewTaskAsync(Guid id, long fence, TimeSpan lease, CancellationToken cancellationToken) =>
        ReadAsync("renew a task", store => store.RenewTaskAsync(id, fence, lease, default), cancellationToken);

    public Task<bool> ReleaseTaskAsync(Guid id, long fence, TimeSpan delay, string? error, CancellationToken cancellationToken) =>
        ReadAsync("release a task", store => store.ReleaseTaskAsync(id, fence, delay, error, default), cancellationToken);

    public Task<IReadOnlyList<CalibrationRow>> GetCalibrationsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        ReadAsync("read calibrations", store => store.GetCalibrationsAsync(ids, default), cancellationToken);

    public IAsyncEnumerable<CalibrationRow> ListCalibrationsAsync(
        string? chatId, string? after, int? limit, CancellationToken cancellationToken) =>
        StreamAsync("list calibrations", store => store.ListCalibrationsAsync(chatId, after, limit, default), cancellationToken);

    public Task<IReadOnlyList<TradeRow>> FindTradesAsync(Guid id, string? chatId, DateTimeOffset? entryTimestamp,
        CancellationToken cancellationToken) =>
        ReadAsync("read trades", store => store.FindTradesAsync(id, chatId, entryTimestamp, default), cancellationToken);

    public IAsyncEnumerable<TradeRow> ListTradesAsync(TradeQuery query, CancellationToken cancellationToken) =>
        StreamAsync("list trades", store => store.ListTradesAsync(query, default), cancellationToken);

    public Task<long> CountTradesAsync(TradeQuery query, CancellationToken cancellationToken) =>
        ReadAsync("count trades", store => store.CountTradesAsync(query, default), cancellationToken);

    public Task<TradePerformance> GetPerformanceAsync(PerformanceQuery query, CancellationToken cancellationToken) =>
        ReadAsync("read performance", store => store.GetPerformanceAsync(query, default), cancellationToken);

    public Task<PerformanceGroups> GetPerformanceGroupsAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken) =>
        ReadAsync("read performance", store => store.GetPerformanceGroupsAsync(query, limit, default), cancellationToken);

    public Task<IReadOnlyList<TradeSegment>> GetTradeSegmentsAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken) =>
        ReadAsync("read performance", store => store.GetTradeSegmentsAsync(query, limit, default), cancellationToken);

    public Task<string?> GetMetaAsync(string name, CancellationToken cancellationToken) =>
        ReadAsync("read meta", store => store.GetMetaAsync(name, default), cancellationToken);

    public Task SetMetaAsync(string name, string value, CancellationToken cancellationToken) => ReadAsync(
        "write meta",
        async store =>
        {
            await store.SetMetaAsync(name, value, default).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>Waits for a transaction that moves the value, as the upsert of PostgreSQL does.</summary>
    public Task<string> GetOrAddMetaAsync(string name, string value, CancellationToken cancellationToken) => CallAsync(
        "upsert meta",
        async server =>
        {
            var transaction = server.Begin();
            try
            {
                server.Admit();
                await server.LockAsync(transaction, $"nexus_meta {name}").ConfigureAwait(false);
                return await server.Records.GetOrAddMetaAsync(name, value, default).ConfigureAwait(false);
            }
            finally
            {
                server.RollBack(transaction);
            }
        },
        cancellationToken);

    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) =>
        CallAsync("read the clock", server => Task.FromResult(SqliteTime.Read(server.Clock)), cancellationToken);

    public async Task<StoreStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        await ReadAsync("read status", store => store.GetStatusAsync(default), cancellationToken).ConfigureAwait(false) with
        {
            Kind = Kind,
            Location = Location,
        };

    public Task<IReadOnlyList<IStateRow>> GetRowsAsync(RecordTable table, string[] ids, CancellationToken cancellationToken)
    {
        var wanted = ids.ToHashSet(StringComparer.Ordinal);
        return RowsAsync(table, row => wanted.Contains(row.RecordKey.Id), int.MaxValue, cancellationToken);
    }

    public Task<IReadOnlyList<IStateRow>> ListRowsAsync(RecordTable table, string? after, int limit, CancellationToken cancellationToken) =>
        RowsAsync(table, row => after is null || Utf8Order.Instance.Compare(PlaceOf(row), after) > 0, limit, cancellationToken);

    /// <summary>The model does not tell what was written later, so the replica is compared by copying.</summary>
    public Task<PrimaryMark?> GetMarkAsync(CancellationToken cancellationToken) =>
        CallAsync("mark", _ => Task.FromResult<PrimaryMark?>(null), cancellationToken);

    public Task<long> CountRoughlyAsync(RecordTable table, CancellationToken cancellationToken) =>
        CallAsync("count roughly", _ => Task.FromResult(1L), cancellationToken);

    public Task<RecordDigest> DigestAsync(
        RecordTable table, string after, string through, int limit, long horizon, CancellationToken cancellationToken) =>
        throw new NotSupportedException("without a mark nothing is compared by checksums");

    public Task<IReadOnlyList<RecordStamp>> ListStampsAsync(
        RecordTable table, string after, string through, int limit, long horizon, CancellationToken cancellationToken) =>
        throw new NotSupportedException("without a mark nothing is compared by checksums");

    private static string PlaceOf(IStateRow row) => SqliteTables.Of(row.RecordKey.Table).IdentityOf(row).Place;

    private Task<IReadOnlyList<IStateRow>> RowsAsync(
        RecordTable table, Func<IStateRow, bool> isWanted, int limit, CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<IStateRow>>(
            $"copy {table.Name}",
            server => ReadAsync<IReadOnlyList<IStateRow>>(server, _guard, async store =>
            {
                List<IStateRow> rows = [];
                await foreach (var row in List(store, table).ConfigureAwait(false))
                {
                    if (isWanted(row)) rows.Add(row);
                }
                return [.. rows.OrderBy(PlaceOf, Utf8Order.Instance).Take(limit)];
            }),
            cancellationToken);

    private static IAsyncEnumerable<IStateRow> List(IStore store, RecordTable table) =>
        table == SessionRow.Table ? store.ListSessionsAsync(new SessionQuery(), default)
        : table == UserRow.Table ? store.ListUsersAsync(after: null, limit: null, default)
        : table == TradeRow.Table ? store.ListTradesAsync(new TradeQuery(), default)
        : table == KeyedStateRow.Table ? store.ListKeyedStateAsync(new StateRange(), default)
        : table == SystemConfigRow.Table ? store.ListSystemConfigAsync(default)
        : table == TaskRow.Table ? store.ListTasksAsync(new TaskQuery(), default)
        : table == CalibrationRow.Table ? store.ListCalibrationsAsync(chatId: null, after: null, limit: null, default)
        : StateRecords.ListAsync(store, default).Where(row => row.RecordKey.Table == table);

    private Task<T> ReadAsync<T>(string label, Func<IStore, Task<T>> read, CancellationToken cancellationToken) =>
        CallAsync(label, server => ReadAsync(server, _guard, read), cancellationToken);

    /// <summary>A read at the server. On a shard, its lock keeps the buckets as they are meanwhile.</summary>
    internal static async Task<T> ReadAsync<T>(ModelServer server, ShardGuard? guard, Func<SqliteStore, Task<T>> read)
    {
        if (guard is null || server.Shard is not { } shard) return await read(server.Records).ConfigureAwait(false);
        var transaction = server.Begin();
        try
        {
            await shard.Lock.TakeAsync(transaction, MoveLock.Look, limit: null).ConfigureAwait(false);
            shard.Check(guard.Epoch);
            return await read(server.Records).ConfigureAwait(false);
        }
        finally
        {
            server.RollBack(transaction);
        }
    }

    private async IAsyncEnumerable<T> StreamAsync<T>(string label, Func<IStore, IAsyncEnumerable<T>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = await CallAsync(label, server => ReadAsync(server, _guard, async store =>
        {
            List<T> list = [];
            await foreach (var row in read(store).ConfigureAwait(false)) list.Add(row);
            return list;
        }), cancellationToken).ConfigureAwait(false);
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return row;
        }
    }

    private async Task<T> CallAsync<T>(string label, Func<ModelServer, Task<T>> atServer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsClosed) throw Stopped();
        if (_refusal is { } reason) throw reason;
        try
        {
            return await _link.CallAsync(label, atServer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error) && error is not NexusException)
        {
            throw PostgresErrors.Translate(error);
        }
    }
}
