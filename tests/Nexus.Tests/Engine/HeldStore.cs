using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Dispatch;
using Nexus.Engine;
using Nexus.History;
using Nexus.KeyedState;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Tests.Engine;

/// <summary>A real store behind a gate: the test says when a batch may go, and sees what went.</summary>
internal sealed class HeldStore(IStore store) : IStore
{
    private readonly SemaphoreSlim _gate = new(0);
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Lock _lock = new();
    private readonly List<IReadOnlyList<Write>> _batches = [];
    private readonly List<WriteKey> _inFlight = [];
    private volatile bool _open;

    /// <summary>Every batch that arrived, in order.</summary>
    public IReadOnlyList<IReadOnlyList<Write>> Batches
    {
        get { lock (_lock) return [.. _batches]; }
    }

    /// <summary>Whether two batches that were in flight at once held the same record.</summary>
    public bool HasOverlapped { get; private set; }

    /// <summary>The next batch fails with this instead of reaching the store.</summary>
    public Exception? FailNext { get; set; }

    /// <summary>Called on the thread that hands a batch over.</summary>
    public Action? Arriving { get; set; }

    /// <summary>Parts that commit apart from each other: a record is in the one of the last digit of its key.</summary>
    public int Lanes { get; init; } = 1;

    public int LaneOf(Write write) => write.Key.Id[^1] - '0';

    public IHistoryStore History => store.History;

    /// <summary>Completes when a batch more has arrived at the gate.</summary>
    public Task ArrivedAsync() => _arrived.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Whether a batch more arrives soon. None does while one in flight holds the records of all others.</summary>
    public Task<bool> ArrivesAsync() => _arrived.WaitAsync(TimeSpan.FromMilliseconds(80), TestContext.Current.CancellationToken);

    public void LetOneGo() => _gate.Release();

    public void LetAllGo()
    {
        _open = true;
        _gate.Release(100);
    }

    public async Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _batches.Add([.. writes]);
            _inFlight.AddRange(writes.Select(write => write.Key));
            HasOverlapped |= _inFlight.Count != _inFlight.Distinct().Count();
        }
        Arriving?.Invoke();
        _arrived.Release();
        try
        {
            if (!_open) await _gate.WaitAsync(cancellationToken);
            if (FailNext is { } error)
            {
                FailNext = null;
                throw error;
            }
            return await store.ApplyAsync(writes, atomic, cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                foreach (var write in writes) _inFlight.Remove(write.Key);
            }
        }
    }

    public string Kind => store.Kind;

    public ChangeFeed Changes => store.Changes;

    public Task OpenAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public Task<IReadOnlyList<SessionRow>> GetSessionsAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        store.GetSessionsAsync(chatIds, cancellationToken);

    public IAsyncEnumerable<SessionRow> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken) =>
        store.ListSessionsAsync(query, cancellationToken);

    public Task<IReadOnlyList<UserRow>> GetUsersAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        store.GetUsersAsync(chatIds, cancellationToken);

    public Task<IReadOnlyList<AccessRow>> GetAccessAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        store.GetAccessAsync(chatIds, cancellationToken);

    public IAsyncEnumerable<UserRow> ListUsersAsync(string? after, int? limit, CancellationToken cancellationToken) =>
        store.ListUsersAsync(after, limit, cancellationToken);

    public IAsyncEnumerable<UserRow> ListUsersAsync(UserQuery query, CancellationToken cancellationToken) =>
        store.ListUsersAsync(query, cancellationToken);

    public Task<UserCounts> CountUsersAsync(CancellationToken cancellationToken) => store.CountUsersAsync(cancellationToken);

    public IAsyncEnumerable<DispatchRow> ListDispatchRowsAsync(DispatchRange range, CancellationToken cancellationToken) =>
        store.ListDispatchRowsAsync(range, cancellationToken);

    public IAsyncEnumerable<SignalRecipient> DispatchAsync(DispatchQuery query, CancellationToken cancellationToken) =>
        store.DispatchAsync(query, cancellationToken);

    public Task<BotStateRow> GetBotStateAsync(CancellationToken cancellationToken) => store.GetBotStateAsync(cancellationToken);

    public Task<SystemConfigRow?> GetSystemConfigAsync(string key, CancellationToken cancellationToken) =>
        store.GetSystemConfigAsync(key, cancellationToken);

    public IAsyncEnumerable<SystemConfigRow> ListSystemConfigAsync(CancellationToken cancellationToken) =>
        store.ListSystemConfigAsync(cancellationToken);

    public Task<IReadOnlyList<TradeRow>> FindTradesAsync(Guid id, string? chatId, DateTimeOffset? entryTimestamp,
        CancellationToken cancellationToken) =>
        store.FindTradesAsync(id, chatId, entryTimestamp, cancellationToken);

    public IAsyncEnumerable<TradeRow> ListTradesAsync(TradeQuery query, CancellationToken cancellationToken) =>
        store.ListTradesAsync(query, cancellationToken);

    public Task<long> CountTradesAsync(TradeQuery query, CancellationToken cancellationToken) => store.CountTradesAsync(query, cancellationToken);

    public Task<TradePerformance> GetPerformanceAsync(PerformanceQuery query, CancellationToken cancellationToken) =>
        store.GetPerformanceAsync(query, cancellationToken);

    public Task<PerformanceGroups> GetPerformanceGroupsAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken) =>
        store.GetPerformanceGroupsAsync(query, limit, cancellationToken);

    public Task<IReadOnlyList<TradeSegment>> GetTradeSegmentsAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken) =>
        store.GetTradeSegmentsAsync(query, limit, cancellationToken);

    public Task<KeyedStateRow?> GetKeyedStateAsync(string id, CancellationToken cancellationToken) => store.GetKeyedStateAsync(id, cancellationToken);

    public IAsyncEnumerable<KeyedStateRow> ListKeyedStateAsync(StateRange range, CancellationToken cancellationToken) =>
        store.ListKeyedStateAsync(range, cancellationToken);

    public Task<IReadOnlyList<ExpiredState>> ListExpiredStateAsync(TimeSpan since, int limit, CancellationToken cancellationToken) =>
        store.ListExpiredStateAsync(since, limit, cancellationToken);

    public Task<IReadOnlyList<TaskRow>> GetTasksAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        store.GetTasksAsync(ids, cancellationToken);

    public IAsyncEnumerable<TaskRow> ListTasksAsync(TaskQuery query, CancellationToken cancellationToken) =>
        store.ListTasksAsync(query, cancellationToken);

    public Task<TaskBacklog> GetTaskBacklogAsync(CancellationToken cancellationToken) => store.GetTaskBacklogAsync(cancellationToken);

    public Task<IReadOnlyList<TaskRow>> ClaimTasksAsync(int limit, TimeSpan lease, string holder, CancellationToken cancellationToken) =>
        store.ClaimTasksAsync(limit, lease, holder, cancellationToken);

    public Task<DateTimeOffset?> RenewTaskAsync(Guid id, long fence, TimeSpan lease, CancellationToken cancellationToken) =>
        store.RenewTaskAsync(id, fence, lease, cancellationToken);

    public Task<bool> ReleaseTaskAsync(Guid id, long fence, TimeSpan delay, string? error, CancellationToken cancellationToken) =>
        store.ReleaseTaskAsync(id, fence, delay, error, cancellationToken);

    public Task<IReadOnlyList<CalibrationRow>> GetCalibrationsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        store.GetCalibrationsAsync(ids, cancellationToken);

    public IAsyncEnumerable<CalibrationRow> ListCalibrationsAsync(
        string? chatId, string? after, int? limit, CancellationToken cancellationToken) =>
        store.ListCalibrationsAsync(chatId, after, limit, cancellationToken);

    public Task<string?> GetMetaAsync(string name, CancellationToken cancellationToken) => store.GetMetaAsync(name, cancellationToken);

    public Task SetMetaAsync(string name, string value, CancellationToken cancellationToken) => store.SetMetaAsync(name, value, cancellationToken);

    public Task<string> GetOrAddMetaAsync(string name, string value, CancellationToken cancellationToken) =>
        store.GetOrAddMetaAsync(name, value, cancellationToken);

    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => store.GetTimeAsync(cancellationToken);

    public Task<StoreStatus> GetStatusAsync(CancellationToken cancellationToken) => store.GetStatusAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        _gate.Dispose();
        _arrived.Dispose();
    }
}
