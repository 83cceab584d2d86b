using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Chats;
using Nexus.Dispatch;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.History;
using Nexus.KeyedState;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Sqlite;

/// <summary>The state in one SQLite file, with nothing installed: documents, one writer thread, a few reader threads.</summary>
internal sealed class SqliteStore : IStore
{
    public const string FileName = "nexus.db";

    private readonly string _fileName;

    private readonly SqliteHistory _history;
    private readonly string _folder;
    private readonly string _file;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly bool _readOnly;
    private readonly Action<Action>? _dispatch;
    private DataFolderLock? _lock;
    private SqliteWriter? _writer;
    private SqliteReaders? _readers;
    private SqliteCheck? _check;

    /// <param name="folder">Made when it is missing (mode 0700) and locked while the store is open.</param>
    /// <param name="clock">The store's time.</param>
    /// <param name="loggers">Where it reports to.</param>
    /// <param name="readOnly">Reads without the lock, also while another process writes.</param>
    /// <param name="fileName">The file in the folder.</param>
    /// <param name="dispatch">Runs the blocking calls of the writer and of the readers, in order; null for threads of their own.</param>
    public SqliteStore(string folder, TimeProvider clock, ILoggerFactory loggers, bool readOnly = false, string fileName = FileName,
        Action<Action>? dispatch = null)
    {
        _dispatch = dispatch;
        _history = new SqliteHistory(this, clock);
        _fileName = fileName;
        _folder = Path.GetFullPath(folder);
        _file = Path.Combine(_folder, _fileName);
        _clock = clock;
        _logger = loggers.CreateLogger<SqliteStore>();
        _readOnly = readOnly;
    }

    public string Kind => "embedded";

    public IHistoryStore History => _history;

    public ChangeFeed Changes { get; } = new(RecordTables.Everything);

    public IReadOnlyList<StoreConcern> Concerns => _check?.Concern is { } concern ? [concern] : [];

    private SqliteReaders Readers => _readers ?? throw SqliteErrors.Stopped();

    private SqliteWriter Writer => _writer ?? throw (_readOnly ? SqliteErrors.OpenedReadOnly(_file) : SqliteErrors.Stopped());

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var isChecked = true;
        try
        {
            if (!_readOnly)
            {
                _lock = DataFolderLock.Acquire(_folder);
                SqliteCheck.RefuseUnlessWhole(_file, usedBefore: _fileName == FileName ? Path.Combine(_folder, KeyFile.FileName) : null);
                _check = new SqliteCheck(_file, _logger, _dispatch);
                isChecked = await _check.CheckAtStartAsync(cancellationToken).ConfigureAwait(false);
                _writer = new SqliteWriter(_file, _clock, Changes, _logger, _dispatch);
                // The first call makes the writer open the file and bring its schema up to date.
                await _writer.RunAsync(static _ => true, writes: 0, cancellationToken).ConfigureAwait(false);
            }
            else if (!File.Exists(_file))
            {
                throw new StoreIncompatibleException($"{_folder} does not contain {_fileName}: open it for writing once to create it, or name "
                    + $"another {nameof(NexusOptions)}.{nameof(NexusOptions.DataFolder)}");
            }
            // What runs one after the other needs one connection: a second one reads every page again that the first has written.
            _readers = new SqliteReaders(_file, _dispatch, _dispatch is not null && _writer is { } writer ? () => writer.Session! : null);
            var (version, schema) = await _readers.RunAsync(Inspect, cancellationToken).ConfigureAwait(false);
            if (!isChecked) _check?.GoOn();
            SqliteLog.Opened(_logger, _file, version, schema);
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }

        (string, int) Inspect(SqliteSession connection)
        {
            if (_readOnly) SqliteSchema.RefuseUnlessCurrent(connection, _file);
            return (SqliteVersion(connection), SqliteSchema.VersionOf(connection));
        }
    }

    /// <summary>
    /// Does other work in the writer's transaction, beside whatever else waits; complete when it is durable. It may run twice:
    /// when a neighbour fails, the group is rolled back and applied again, each part by itself.
    /// </summary>
    /// <param name="writes">How many records it may change, which bounds the size of a transaction.</param>
    /// <exception cref="StoreUnavailableException">Nothing was written.</exception>
    public Task<T> TransactAsync<T>(Func<SqliteWriteTransaction, T> work, int writes, CancellationToken cancellationToken) =>
        Writer.RunAsync(work, writes, cancellationToken);

    /// <summary>Runs another read beside the writer.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken) => Readers.RunAsync(read, cancellationToken);

    public Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken) => writes.Count == 0
        ? Task.FromResult<WriteOutcome[]>([])
        : TransactAsync(transaction => SqliteBatch.Apply(transaction, writes, atomic, _history), writes.Count, cancellationToken);

    public Task<IReadOnlyList<SessionRow>> GetSessionsAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqliteSessions.Get(connection, chatIds), cancellationToken);

    public IAsyncEnumerable<SessionRow> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken) => Readers.StreamAsync(
        (connection, last) => SqliteSessions.List(connection, query, last?.ChatId ?? query.After ?? ""), SqliteSessions.Map, query.Limit,
        cancellationToken);

    public Task<IReadOnlyList<UserRow>> GetUsersAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqliteUsers.Get(connection, chatIds, _clock), cancellationToken);

    public Task<IReadOnlyList<AccessRow>> GetAccessAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqliteUsers.GetAccess(connection, chatIds, _clock), cancellationToken);

    public IAsyncEnumerable<UserRow> ListUsersAsync(string? after, int? limit, CancellationToken cancellationToken) => Readers.StreamAsync<UserRow>(
        (connection, last) => SqliteUsers.List(connection, last?.ChatId ?? after ?? ""),
        (reader, document) => SqliteUsers.Map(reader, document, _clock), limit, cancellationToken);

    public IAsyncEnumerable<UserRow> ListUsersAsync(UserQuery query, CancellationToken cancellationToken) => Readers.StreamAsync<UserRow>(
        (connection, last) => SqliteUserLists.List(connection, last is null ? query : query with { After = UserPlace.Of(last) }),
        (reader, document) => SqliteUsers.Map(reader, document, _clock), query.Limit, cancellationToken);

    public Task<UserCounts> CountUsersAsync(CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqliteUsers.Count(connection, _clock), cancellationToken);

    public IAsyncEnumerable<DispatchRow> ListDispatchRowsAsync(DispatchRange range, CancellationToken cancellationToken) =>
        Readers.StreamAsync<DispatchRow>(
            (connection, last) => SqliteDispatch.List(connection, range, last?.ChatId ?? range.After ?? ""),
            (reader, document) => SqliteDispatch.Map(reader, document, _clock), range.Limit, cancellationToken);

    public async IAsyncEnumerable<SignalRecipient> DispatchAsync(
        DispatchQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var candidates = Readers.StreamAsync<DispatchRow>(
            (connection, last) => SqliteDispatch.Select(connection, query, last?.ChatId ?? ""),
            (reader, document) => SqliteDispatch.Map(reader, document, _clock), limit: null, cancellationToken);
        await foreach (var row in candidates.ConfigureAwait(false))
        {
            if (DispatchRule.Allows(row, query, TimeSpan.Zero)) yield return new SignalRecipient(ChatId.FromStore(row.ChatId), row.Mode);
        }
    }

    public Task<BotStateRow> GetBotStateAsync(CancellationToken cancellationToken) => Readers.RunAsync(SqliteBotState.Get, cancellationToken);

    public Task<SystemConfigRow?> GetSystemConfigAsync(string key, CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqliteSystemConfig.Get(connection, key), cancellationToken);

    public IAsyncEnumerable<SystemConfigRow> ListSystemConfigAsync(CancellationToken cancellationToken) => Readers.StreamAsync<SystemConfigRow>(
        static (connection, last) => SqliteSystemConfig.List(connection, last?.Key ?? ""), SqliteSystemConfig.Map, limit: null, cancellationToken);

    public Task<KeyedStateRow?> GetKeyedStateAsync(string id, CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqliteKeyedState.Get(connection, id, _clock), cancellationToken);

    public IAsyncEnumerable<KeyedStateRow> ListKeyedStateAsync(StateRange range, CancellationToken cancellationToken) =>
        Readers.StreamAsync<KeyedStateRow>(
            (connection, last) => SqliteKeyedState.List(connection, last is null ? range : range with { After = last.Id }, _clock),
            SqliteKeyedState.Map, range.Limit, cancellationToken);

    public Task<IReadOnlyList<ExpiredState>> ListExpiredStateAsync(TimeSpan since, int limit, CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqliteKeyedState.Expired(connection, since, limit, _clock), cancellationToken);

    public Task<IReadOnlyList<TaskRow>> GetTasksAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqliteTasks.Get(connection, ids), cancellationToken);

    public IAsyncEnumerable<TaskRow> ListTasksAsync(TaskQuery query, CancellationToken cancellationToken) => Readers.StreamAsync<TaskRow>(
        (connection, last) => SqliteTasks.List(connection, last is null ? query : query with { After = last.Id }), SqliteTasks.Map, query.Limit,
        cancellationToken);

    public Task<TaskBacklog> GetTaskBacklogAsync(CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqliteTaskClaims.Backlog(connection, _clock), cancellationToken);

    public Task<IReadOnlyList<TaskRow>> ClaimTasksAsync(int limit, TimeSpan lease, string holder, CancellationToken cancellationToken) =>
        TransactAsync(transaction => SqliteTaskClaims.Claim(transaction, limit, lease, holder), limit, cancellationToken);

    public Task<DateTimeOffset?> RenewTaskAsync(Guid id, long fence, TimeSpan lease, CancellationToken cancellationToken) =>
        TransactAsync(transaction => SqliteTaskClaims.Renew(transaction, id, fence, lease), writes: 1, cancellationToken);

    public Task<bool> ReleaseTaskAsync(Guid id, long fence, TimeSpan delay, string? error, CancellationToken cancellationToken) =>
        TransactAsync(transaction => SqliteTaskClaims.Release(transaction, id, fence, delay, error), writes: 1, cancellationToken);

    public Task<IReadOnlyList<CalibrationRow>> GetCalibrationsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqliteCalibrations.Get(connection, ids), cancellationToken);

    public IAsyncEnumerable<CalibrationRow> ListCalibrationsAsync(
        string? chatId, string? after, int? limit, CancellationToken cancellationToken) => Readers.StreamAsync<CalibrationRow>(
        (connection, last) => SqliteCalibrations.List(connection, chatId, last?.Id ?? after), SqliteCalibrations.Map, limit, cancellationToken);

    public Task<IReadOnlyList<TradeRow>> FindTradesAsync(Guid id, string? chatId, DateTimeOffset? entryTimestamp,
        CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqliteTradeReads.Find(connection, id, chatId, entryTimestamp), cancellationToken);

    public IAsyncEnumerable<TradeRow> ListTradesAsync(TradeQuery query, CancellationToken cancellationToken) => Readers.StreamAsync<TradeRow>(
        (connection, last) => SqliteTradeReads.List(connection, query, last), SqliteTradeDocument.Map, query.Limit, cancellationToken);

    public Task<long> CountTradesAsync(TradeQuery query, CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqliteTradeReads.Count(connection, query), cancellationToken);

    public Task<TradePerformance> GetPerformanceAsync(PerformanceQuery query, CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqlitePerformance.Fold(connection, query, limit: 1, _clock).ToPerformance(), cancellationToken);

    public Task<PerformanceGroups> GetPerformanceGroupsAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqlitePerformance.Fold(connection, query, limit, _clock).ToGroups(), cancellationToken);

    public Task<IReadOnlyList<TradeSegment>> GetTradeSegmentsAsync(PerformanceQuery query, int limit, CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqlitePerformance.Buckets(connection, query, limit, _clock), cancellationToken);

    /// <summary>As <see cref="SqlitePerformance.List"/>: all of them are held in memory.</summary>
    public async IAsyncEnumerable<ClosedTrade> ListClosedTradesAsync(
        PerformanceQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var trades = await Readers.RunAsync(connection => SqlitePerformance.List(connection, query, _clock), cancellationToken).ConfigureAwait(false);
        foreach (var trade in trades) yield return trade;
    }

    public Task<string?> GetMetaAsync(string name, CancellationToken cancellationToken) =>
        Readers.RunAsync(connection => SqliteMeta.Get(connection, name), cancellationToken);

    public Task SetMetaAsync(string name, string value, CancellationToken cancellationToken) => TransactAsync(
        transaction =>
        {
            SqliteMeta.Set(transaction.Connection, name, value);
            return true;
        },
        writes: 1,
        cancellationToken);

    public Task<string> GetOrAddMetaAsync(string name, string value, CancellationToken cancellationToken) =>
        TransactAsync(transaction => SqliteMeta.GetOrAdd(transaction.Connection, name, value), writes: 1, cancellationToken);

    /// <remarks>Goes through a reader, so that it fails if the store does not respond: callers use it to check that.</remarks>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) =>
        Readers.RunAsync(_ => SqliteTime.Read(_clock), cancellationToken);

    public Task<StoreStatus> GetStatusAsync(CancellationToken cancellationToken) => Readers.RunAsync(
        connection => new StoreStatus(
            Kind,
            _file,
            SqliteVersion(connection),
            SqliteSchema.VersionOf(connection),
            SizeOnDisk(),
            connection.ReadNumber("SELECT count(*) FROM sessions"),
            connection.ReadNumber("SELECT count(*) FROM users"),
            connection.ReadNumber("SELECT count(*) FROM trades")),
        cancellationToken);

    /// <summary>All records but those that Nexus keeps for itself.</summary>
    public Task<long> CountRecordsAsync(CancellationToken cancellationToken) => Readers.RunAsync(
        connection => connection.ReadNumber(
            """
            SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM users) + (SELECT count(*) FROM trades) + (SELECT count(*) FROM tasks)
                + (SELECT count(*) FROM calibrations) + (SELECT count(*) FROM bot_state)
                + (SELECT count(*) FROM keyed_state WHERE id NOT LIKE 'nexus.%')
                + (SELECT count(*) FROM system_config WHERE key NOT LIKE 'nexus:%')
            """),
        cancellationToken);

    /// <summary>Finishes the writes that wait, closes the file and unlocks the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        var (readers, writer, folder) = (Interlocked.Exchange(ref _readers, null), Interlocked.Exchange(ref _writer, null),
            Interlocked.Exchange(ref _lock, null));
        if (Interlocked.Exchange(ref _check, null) is { } check) await check.DisposeAsync().ConfigureAwait(false);
        if (readers is not null) await readers.DisposeAsync().ConfigureAwait(false);
        // Last, so that its connection is the one that moves the log into the database file.
        if (writer is not null) await writer.DisposeAsync().ConfigureAwait(false);
        folder?.Dispose();
        if (readers is not null) SqliteLog.Closed(_logger, _file);
    }

    private static string SqliteVersion(SqliteSession connection) => connection.ReadText("SELECT sqlite_version()")!;

    // The sizes come from the directory: opening the file and closing it would drop SQLite's locks on it in this process.
    private long SizeOnDisk() =>
        new[] { _file, $"{_file}-wal" }.Select(path => new FileInfo(path)).Where(file => file.Exists).Sum(file => file.Length);
}
