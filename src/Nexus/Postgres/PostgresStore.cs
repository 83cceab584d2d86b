using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Dispatch;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.History;
using Nexus.KeyedState;
using Nexus.Leases;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The state in PostgreSQL.</summary>
internal sealed partial class PostgresStore : IStore
{
    private const string AnotherWriter = "another instance with the fallback mode read-write uses this state; during an outage both would accept "
        + "writes to the same records: set NexusOptions.Fallback of all but one of them to read-only or off";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    /// <summary>Old commits are forgotten every five minutes.</summary>
    private const int ForgetLooks = 150;

    private readonly PostgresOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly RoutedSource _source;
    private readonly ConnectionPool _pool;
    private readonly PeerInstances _peers;
    private readonly WarmConnections _writers;
    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly PostgresReads _reads;
    private readonly PostgresReads _unplaced;
    private readonly CommitRows _commits;
    private readonly CommitLedger _ledger;
    private readonly OutcomeResolver _resolver;
    private readonly BatchCommitter _committer;
    private readonly ChangeListener _listener;
    private readonly TradePartitions _partitions;
    private readonly TradeSummaries _summaries;
    private readonly ChangeNotice _notice;
    private readonly PostgresHistory _history;
    private readonly CancellationTokenSource _stop = new();
    private Task _keeping = Task.CompletedTask;
    private int _closed;

    /// <summary>Prepares the pool without connecting.</summary>
    /// <exception cref="NexusConfigurationException">The options or the connection string are invalid.</exception>
    /// <param name="budget">How long Nexus tries to determine the commit status of a lost batch and to send it again; null: as long as a caller waits
    /// for a connection.</param>
    /// <param name="retry">Waits between attempts; null for random jitter.</param>
    public PostgresStore(PostgresOptions options, ILoggerFactory loggers, TimeProvider clock, TimeSpan? budget = null, Retry? retry = null)
    {
        retry ??= new Retry(clock);
        (_options, _clock, _loggers, _logger, _retry) = (options, clock, loggers, loggers.CreateLogger<PostgresStore>(), retry);
        Changes = new ChangeFeed(RecordTables.Everything, new CacheProof(clock));
        options.Fence.Logger = _logger;
        _settings = PostgresDataSource.ReadSettings(options, loggerFactory: null, ConnectionUse.State, out _);
        _source = PostgresDataSource.CreateRouted(options, loggers, PostgresDataSource.Name, ConnectionUse.State, FindPrimary);
        _pool = new ConnectionPool(_source, options.ConnectTimeout, clock, _logger, retry);
        _notice = new ChangeNotice(options.Schema, options.InstanceMode);
        var notifier = new ChangeNotifier(
            new NoticeSenders(CreateSideSource("heartbeat", ConnectionUse.One)), _notice, Changes, clock, options.AnnouncesAfterCommit);
        _partitions = new TradePartitions(_pool, _notice.Names, clock, _logger);
        _summaries = new TradeSummaries(_pool, _notice.Names, clock, _logger);
        _reads = new PostgresReads(_pool, _notice.Names, clock, options.Shard);
        _unplaced = options.Shard is null ? _reads : new PostgresReads(_pool, _notice.Names, clock);
        // A standby may be behind the map by which a read was routed.
        if (options.Shard is null) _reads.Standbys = FindStandbys();
        // How long a caller reckons with waiting for a connection is how long it is tried to learn what became of a lost one.
        var patience = _patience = budget ?? options.ConnectTimeout;
        _commits = new CommitRows(_pool, _notice.Names, clock);
        _ledger = new CommitLedger(_commits, patience, clock, _logger, retry);
        _writers = new WarmConnections(_pool, Math.Min(options.Writers, ConnectionLimits.AllOf(_settings.MaxPoolSize) / 4));
        _pool.Shrunk = _writers.EmptyAsync;
        options.Fence.Raised += LeaveServer;
        _resolver = new OutcomeResolver(_reads, options.Shard);
        Leases = new PostgresLeases(_unplaced, options.Schema);
        _history = new PostgresHistory(_reads, _notice.Names);
        var executor = new BatchExecutor(_pool, _writers, new TradeCopy(_notice.Names), _resolver, _history, _partitions.Explain);
        _committer = new BatchCommitter(executor, _ledger, _resolver, _partitions, _notice, notifier, Changes, retry, patience, _logger,
            options.Shard);
        _peers = new PeerInstances(clock);
        _listener = new ChangeListener(
            new NoticeSource(CreateSideSource("listener", ConnectionUse.One)), notifier, _notice, Changes, _peers,
            changes => Heard?.Invoke(changes), _pool.MakeRoom, retry, clock, _logger);
    }

    public string Kind => "postgresql";

    public ChangeFeed Changes { get; }

    /// <inheritdoc/>
    public ILeaseStore Leases { get; }

    public IHistoryStore History => _history;

    public PoolUse PoolUse => _pool.Use;

    public NoticeUse NoticeUse => _listener.Use;

    /// <inheritdoc/>
    public bool IsOneOfSeveral { get; private set; }

    public IReadOnlyList<StoreConcern> Concerns
    {
        get
        {
            List<StoreConcern> concerns = [];
            if (_listener.Reason is { } reason)
                concerns.Add(new StoreConcern(StoreConcern.ChangesNotHeard,
                    $"changes of other instances are not proven to arrive, so each read asks the database: {reason}"));
            if (_hosts?.Concern is { } fenced) concerns.Add(new StoreConcern(StoreConcern.OldPrimary, fenced));
            if (OtherWriters > 0) concerns.Add(new StoreConcern(StoreConcern.AnotherReadWriteInstance, AnotherWriter));
            if (_partitions.Concern is { } partitions) concerns.Add(new StoreConcern(StoreConcern.TradesWithoutPartition, partitions));
            return concerns;
        }
    }

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PrepareAsync(cancellationToken).ConfigureAwait(false);
            await PostgresDataSource.WarmAsync(_pool, _settings.MinPoolSize, cancellationToken).ConfigureAwait(false);
            await TryForeseeAsync(cancellationToken).ConfigureAwait(false);
            // Before the first read: what was read before notices arrive could go stale unnoticed.
            await _listener.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
        _keeping = Task.WhenAll(Task.Run(KeepAsync, CancellationToken.None), Task.Run(KeepSumsAsync, CancellationToken.None));
    }

    /// <summary>Looks at the server and brings the schema up to date, on one connection that is closed before the pool opens its own.</summary>
    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var routed = CreateSideSource("migrations", ConnectionUse.Catalog);
        await using var end = routed.ConfigureAwait(false);
        var connection = await WhenThereIsRoomAsync(() => routed.OpenConnectionAsync(cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        var source = await routed.LocateAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            _identity = await PostgresIdentity.ReadAsync(connection, Location, _options.Schema, cancellationToken).ConfigureAwait(false);
            if (Identified is { } identified) await identified(_identity).ConfigureAwait(false);
            var transaction = await SetTransaction.BeginAsync(connection, cancellationToken).ConfigureAwait(false);
            await using var rollback = transaction.ConfigureAwait(false);
            await LookAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        // Nothing is changed unless both addresses lead to the same database, and to the right shard.
        await CheckPoolAsync(cancellationToken).ConfigureAwait(false);
        await CheckShardAsync(source, cancellationToken).ConfigureAwait(false);
        var migrator = new PostgresMigrator(source, _options.Schema, _logger, _clock);
        if (_options.MigrateOnOpen) await migrator.MigrateAsync(progress: null, cancellationToken).ConfigureAwait(false);
        else await migrator.VerifyAsync(cancellationToken).ConfigureAwait(false);
        await _options.Fence.AdoptAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task CheckShardAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var close = connection.ConfigureAwait(false);
        var transaction = await SetTransaction.BeginAsync(connection, cancellationToken).ConfigureAwait(false);
        await using var rollback = transaction.ConfigureAwait(false);
        var found = await PostgresShards.FindAsync(connection, _options.Schema, cancellationToken).ConfigureAwait(false);
        IsOneOfSeveral = _options.Shard is null && found is { Number: 0 };
        PostgresShards.Check(found, _options.Shard, _options.Schema, Location);
    }

    private async Task LookAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await ServerRequirements.FindPlantersAsync(connection, _options.Schema, cancellationToken).ConfigureAwait(false) is { } planters)
            LogOthersMayCreate(_logger, _options.Schema, planters, SqlIdentifier.Quote(_options.Schema));
        // Behind a pooler in transaction mode it is the pooler that has the settings and the limits.
        if (!SessionSettings.AreIn(_settings)) return;
        await ServerRequirements.CheckSettingsAsync(connection, _settings, cancellationToken).ConfigureAwait(false);
        await FitAsync(await ConnectionLimits.ReadAsync(connection, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    public Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken) =>
        _committer.CommitAsync(writes, atomic, inFlight: null, cancellationToken);

    /// <summary>Called with the changes of other instances; with everything after a time in which notices were missed.</summary>
    public Action<IReadOnlyList<StateChange>>? Heard { get; set; }

    /// <summary>Called with the identity of the database before anything is changed there; throws if it must not be used.</summary>
    public Func<StoreIdentity, Task>? Identified { get; set; }

    /// <summary>The connections for reads and writes.</summary>
    internal ConnectionPool Pool => _pool;

    /// <summary><c>host:port/database</c>.</summary>
    public string Location => $"{_settings.Host}:{_settings.Port}/{_settings.Database}";

    public async Task<IReadOnlyList<SessionRow>> GetSessionsAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        chatIds.Count == 0 ? [] : await _reads.ListAsync(PostgresSessions.Get(chatIds), cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<SessionRow> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken) =>
        _reads.StreamAsync(PostgresSessions.List(query), cancellationToken);

    public async Task<IReadOnlyList<UserRow>> GetUsersAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        chatIds.Count == 0 ? [] : await _reads.ListAsync(PostgresUsers.Get(chatIds), cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<AccessRow>> GetAccessAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        chatIds.Count == 0 ? [] : await _reads.ListAsync(PostgresUsers.GetAccess(chatIds), cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<UserRow> ListUsersAsync(string? after, int? limit, CancellationToken cancellationToken) =>
        _reads.StreamAsync(PostgresUsers.List(after, limit), cancellationToken);

    public async IAsyncEnumerable<UserRow> ListUsersAsync(UserQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (_, row) in ListUsersWithNameAsync(query, cancellationToken).ConfigureAwait(false)) yield return row;
    }

    public async Task<UserCounts> CountUsersAsync(CancellationToken cancellationToken) =>
        (await _reads.FirstAsync(PostgresUsers.Count(), cancellationToken).ConfigureAwait(false))!;

    public IAsyncEnumerable<DispatchRow> ListDispatchRowsAsync(DispatchRange range, CancellationToken cancellationToken) =>
        _reads.StreamAsync(PostgresDispatch.List(range), cancellationToken);

    public IAsyncEnumerable<SignalRecipient> DispatchAsync(DispatchQuery query, CancellationToken cancellationToken) =>
        _reads.StreamAsync(PostgresDispatch.Select(query), cancellationToken);

    public async Task<BotStateRow> GetBotStateAsync(CancellationToken cancellationToken) =>
        await _unplaced.FirstAsync(PostgresBotState.Get(), cancellationToken).ConfigureAwait(false) ?? BotStateRow.Default;

    public Task<SystemConfigRow?> GetSystemConfigAsync(string key, CancellationToken cancellationToken) =>
        _unplaced.FirstAsync(PostgresSystemConfig.Get(key), cancellationToken);

    public IAsyncEnumerable<SystemConfigRow> ListSystemConfigAsync(CancellationToken cancellationToken) =>
        _unplaced.StreamAsync(PostgresSystemConfig.List(), cancellationToken);

    public Task<KeyedStateRow?> GetKeyedStateAsync(string id, CancellationToken cancellationToken) =>
        _reads.FirstAsync(PostgresKeyedState.Get(id), cancellationToken);

    public IAsyncEnumerable<KeyedStateRow> ListKeyedStateAsync(StateRange range, CancellationToken cancellationToken) =>
        _reads.StreamAsync(PostgresKeyedState.List(range), cancellationToken);

    public async Task<IReadOnlyList<ExpiredState>> ListExpiredStateAsync(TimeSpan since, int limit, CancellationToken cancellationToken) =>
        await _reads.ListAsync(PostgresKeyedState.Expired(since, limit), cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<TaskRow>> GetTasksAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : await _unplaced.ListAsync(PostgresTasks.Get(ids), cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<TaskRow> ListTasksAsync(TaskQuery query, CancellationToken cancellationToken) =>
        _unplaced.StreamAsync(PostgresTasks.List(query), cancellationToken);

    public async Task<TaskBacklog> GetTaskBacklogAsync(CancellationToken cancellationToken) =>
        (await _unplaced.FirstAsync(PostgresTaskClaims.Backlog(), cancellationToken).ConfigureAwait(false))!;

    public async Task<IReadOnlyList<TaskRow>> ClaimTasksAsync(int limit, TimeSpan lease, string holder, CancellationToken cancellationToken) =>
        [.. (await _unplaced.ListAsync(PostgresTaskClaims.Claim(limit, lease, holder), cancellationToken).ConfigureAwait(false))
            .OrderBy(task => task.LeasedFor)];

    public async Task<DateTimeOffset?> RenewTaskAsync(Guid id, long fence, TimeSpan lease, CancellationToken cancellationToken) =>
        await _unplaced.ListAsync(PostgresTaskClaims.Renew(id, fence, lease), cancellationToken).ConfigureAwait(false) is [var until] ? until : null;

    public async Task<bool> ReleaseTaskAsync(Guid id, long fence, TimeSpan delay, string? error, CancellationToken cancellationToken) =>
        (await _unplaced.ListAsync(PostgresTaskClaims.Release(id, fence, delay, error), cancellationToken).ConfigureAwait(false)).Count > 0;

    public async Task<IReadOnlyList<CalibrationRow>> GetCalibrationsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        await _reads.ListAsync(PostgresCalibrations.Get([.. ids]), cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<CalibrationRow> ListCalibrationsAsync(
        string? chatId, string? after, int? limit, CancellationToken cancellationToken) =>
        _reads.StreamAsync(PostgresCalibrations.List(chatId, after, limit), cancellationToken);

    public async Task<IReadOnlyList<TradeRow>> FindTradesAsync(Guid id, string? chatId, DateTimeOffset? entryTimestamp,
        CancellationToken cancellationToken) =>
        await _reads.ListAsync(PostgresTradeReads.Find(id, chatId, entryTimestamp), cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<TradeRow> ListTradesAsync(TradeQuery query, CancellationToken cancellationToken) =>
        _reads.StreamAsync(PostgresTradeReads.List(query), cancellationToken);

    public Task<long> CountTradesAsync(TradeQuery query, CancellationToken cancellationToken) =>
        _reads.FirstAsync(PostgresTradeReads.Count(query), cancellationToken);

    public Task<string?> GetMetaAsync(string name, CancellationToken cancellationToken) =>
        _unplaced.FirstAsync(PostgresMeta.Get(name), cancellationToken);

    public Task SetMetaAsync(string name, string value, CancellationToken cancellationToken) =>
        _unplaced.FirstAsync(PostgresMeta.Set(name, value), cancellationToken);

    public async Task<string> GetOrAddMetaAsync(string name, string value, CancellationToken cancellationToken) =>
        (await _unplaced.FirstAsync(PostgresMeta.GetOrAdd(name, value), cancellationToken).ConfigureAwait(false))!;

    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => _unplaced.FirstAsync(PostgresMeta.GetTime(), cancellationToken);

    public async Task<StoreStatus> GetStatusAsync(CancellationToken cancellationToken) => (await _unplaced.FirstAsync(
        PostgresMeta.GetStatus(Kind, Location, _listener.Connections, ConnectionLimits.AllOf(_pool.Size)),
            cancellationToken).ConfigureAwait(false))!;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        await _listener.DisposeAsync().ConfigureAwait(false);
        await _writers.DisposeAsync().ConfigureAwait(false);
        _options.Fence.Raised -= LeaveServer;
        foreach (var standby in _standbys) await standby.DisposeAsync().ConfigureAwait(false);
        foreach (var search in _searches) await search.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private int OtherWriters => _options.IsOnlyWriter ? _peers.Count(_options.InstanceMode) : 0;

    [LoggerMessage(EventId = 1120, Level = LogLevel.Warning, Message = "Others may create objects in the schema {Schema} ({Planters}), such as "
        + "triggers on tables that they own; revoke that: REVOKE CREATE ON SCHEMA {Quoted} FROM them, or give Nexus a separate schema")]
    private static partial void LogOthersMayCreate(ILogger logger, string schema, string planters, string quoted);

    [LoggerMessage(EventId = 1121, Level = LogLevel.Warning, Message = "{Concern}")]
    private static partial void LogConcern(ILogger logger, string concern);

    [LoggerMessage(EventId = 1117, Level = LogLevel.Warning,
        Message = "Old rows of nexus_commits could not be deleted; trying again in some minutes")]
    private static partial void LogForgetFailed(ILogger logger, Exception error);
}
