using Microsoft.Extensions.Logging;
using Nexus.BotState;
using Nexus.Sessions;
using Nexus.Storage.Postgres.Migrations;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;
using Npgsql;

namespace Nexus.Storage.Postgres;

/// <summary>The state in PostgreSQL.</summary>
internal sealed partial class PostgresStore : IStore
{
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromMinutes(5);

    private readonly NexusOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly NpgsqlDataSource _source;
    private readonly WarmConnections _writers;
    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly PostgresReads _reads;
    private readonly CommitLedger _ledger;
    private readonly BatchSender _sender;
    private readonly PostgresWriter _writer;
    private readonly ChangeListener _listener;
    private readonly TradePartitions _partitions;
    private readonly ChangeNotice _notice;
    private readonly CancellationTokenSource _stop = new();
    private Task _forgetting = Task.CompletedTask;
    private int _closed;

    /// <summary>Prepares the pool without connecting.</summary>
    /// <exception cref="NexusConfigurationException">The options or <c>DATABASE_URL</c> are not usable.</exception>
    /// <param name="budget">How long it is tried to learn what became of a lost batch, and to send it again; null: as long as a caller waits for a connection.</param>
    public PostgresStore(NexusOptions options, ILoggerFactory loggers, TimeProvider clock, TimeSpan? budget = null)
    {
        (_options, _clock, _loggers, _logger) = (options, clock, loggers, loggers.CreateLogger<PostgresStore>());
        _source = PostgresDataSource.Create(options, loggers, isForState: true);
        _settings = new NpgsqlConnectionStringBuilder(_source.ConnectionString);
        _notice = new ChangeNotice(options.Schema);
        _partitions = new TradePartitions(_source);
        _reads = new PostgresReads(_source);
        // How long a caller reckons with waiting for a connection is how long it is tried to learn what became of a lost one.
        var patience = budget ?? options.ConnectTimeout;
        _ledger = new CommitLedger(_source, patience, clock, _logger);
        _writers = new WarmConnections(_source, Math.Min(options.Writers, _settings.MaxPoolSize / 4));
        _sender = new BatchSender(_source, _writers, _ledger, _reads, Changes);
        _writer = new PostgresWriter(_sender, _partitions, _notice, patience, clock, _logger);
        _listener = new ChangeListener(CreateSideSource(options, loggers, "listener"), _notice, Changes, changes => Heard?.Invoke(changes), clock, _logger);
    }

    public string Kind => "postgresql";

    public ChangeFeed Changes { get; } = new();

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var source = CreateSideSource(_options, _loggers, "migrations");
            await using var end = source.ConfigureAwait(false);
            if (Identified is { } identified) await identified(await PostgresIdentity.ReadAsync(source, Location, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            var migrator = new PostgresMigrator(source, _options.Schema, _logger, _clock);
            if (_options.MigrateOnOpen) await migrator.MigrateAsync(progress: null, cancellationToken).ConfigureAwait(false);
            else await migrator.VerifyAsync(cancellationToken).ConfigureAwait(false);
            await PostgresDataSource.WarmAsync(_source, cancellationToken).ConfigureAwait(false);
            // Before the first read: what was read before notices arrive could go stale unnoticed.
            await _listener.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
        _forgetting = Task.Run(ForgetOldCommitsAsync, CancellationToken.None);
    }

    public Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken) =>
        _writer.ApplyAsync(writes, atomic, trail: null, cancellationToken);

    /// <summary>The same, and the trail tells what may have been sent when the call is given up.</summary>
    public Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, BatchTrail trail, CancellationToken cancellationToken) =>
        _writer.ApplyAsync(writes, atomic, trail, cancellationToken);

    /// <summary>Told what other instances changed; everything after changes could not be heard.</summary>
    internal Action<IReadOnlyList<StateChange>>? Heard { get; set; }

    /// <summary>Told which database it is before anything is changed there; throws where it must not be used.</summary>
    internal Func<StoreIdentity, Task>? Identified { get; set; }

    internal NpgsqlDataSource Source => _source;

    internal PostgresReads Reads => _reads;

    internal CommitLedger Ledger => _ledger;

    internal TradePartitions Partitions => _partitions;

    internal ChangeNotice Notice => _notice;

    /// <summary><c>host:port/database</c>.</summary>
    internal string Location => $"{_settings.Host}:{_settings.Port}/{_settings.Database}";

    public async Task<IReadOnlyList<SessionRow>> GetSessionsAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        chatIds.Count == 0 ? [] : await _reads.ListAsync(PostgresSessions.Get(chatIds), cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<SessionRow> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken) =>
        _reads.StreamAsync(PostgresSessions.List(query), cancellationToken);

    public async Task<IReadOnlyList<UserRow>> GetUsersAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        chatIds.Count == 0 ? [] : await _reads.ListAsync(PostgresUsers.Get(chatIds), cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<AccessRow>> GetAccessAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        chatIds.Count == 0 ? [] : await _reads.ListAsync(PostgresUsers.GetAccess(chatIds), cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<UserRow> ListUsersAsync(string? after, CancellationToken cancellationToken) =>
        _reads.StreamAsync(PostgresUsers.List(after), cancellationToken);

    public async Task<BotStateRow> GetBotStateAsync(CancellationToken cancellationToken) =>
        await _reads.FirstAsync(PostgresBotState.Get(), cancellationToken).ConfigureAwait(false) ?? BotStateRow.Default;

    public Task<SystemConfigRow?> GetSystemConfigAsync(string key, CancellationToken cancellationToken) =>
        _reads.FirstAsync(PostgresSystemConfig.Get(key), cancellationToken);

    public IAsyncEnumerable<SystemConfigRow> ListSystemConfigAsync(CancellationToken cancellationToken) =>
        _reads.StreamAsync(PostgresSystemConfig.List(), cancellationToken);

    public async Task<IReadOnlyList<TradeRow>> FindTradesAsync(Guid id, string? chatId, DateTimeOffset? entryTimestamp, CancellationToken cancellationToken) =>
        await _reads.ListAsync(PostgresTradeReads.Find(id, chatId, entryTimestamp), cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<TradeRow> ListTradesAsync(TradeQuery query, CancellationToken cancellationToken) =>
        _reads.StreamAsync(PostgresTradeReads.List(query), cancellationToken);

    public async Task<TradePerformance> GetPerformanceAsync(string? chatId, int? days, CancellationToken cancellationToken) =>
        (await _reads.FirstAsync(PostgresPerformance.Get(chatId, days), cancellationToken).ConfigureAwait(false))!;

    public Task<string?> GetMetaAsync(string name, CancellationToken cancellationToken) => _reads.FirstAsync(PostgresMeta.Get(name), cancellationToken);

    public Task SetMetaAsync(string name, string value, CancellationToken cancellationToken) => _reads.FirstAsync(PostgresMeta.Set(name, value), cancellationToken);

    public async Task<string> GetOrAddMetaAsync(string name, string value, CancellationToken cancellationToken) =>
        (await _reads.FirstAsync(PostgresMeta.GetOrAdd(name, value), cancellationToken).ConfigureAwait(false))!;

    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => _reads.FirstAsync(PostgresMeta.GetTime(), cancellationToken);

    public async Task<StoreStatus> GetStatusAsync(CancellationToken cancellationToken) => (await _reads.FirstAsync(
        PostgresMeta.GetStatus(Kind, Location, _settings.MaxPoolSize), cancellationToken).ConfigureAwait(false))!;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _forgetting.ConfigureAwait(false);
        await _listener.DisposeAsync().ConfigureAwait(false);
        await _writers.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>A pool apart for what has a session, with a name of its own in the driver's metrics, of which one connection is ever used.</summary>
    private static NpgsqlDataSource CreateSideSource(NexusOptions options, ILoggerFactory loggers, string purpose) => PostgresDataSource.Create(
        new NexusOptions
        {
            Database = options.Database,
            Schema = options.Schema,
            MinPoolSize = 0,
            MaxPoolSize = options.MaxPoolSize,
            ConnectTimeout = options.ConnectTimeout,
            CommandTimeout = options.CommandTimeout,
        },
        loggers,
        $"{PostgresDataSource.Name}-{purpose}");

    /// <summary>Keeps the commit ledger short. Only an instance that writes does so, and never while a caller waits for it.</summary>
    private async Task ForgetOldCommitsAsync()
    {
        using var timer = new PeriodicTimer(ForgetEvery, _clock);
        var seen = 0L;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                if (_sender.Commits == seen) continue;
                seen = _sender.Commits;
                await TryForgetAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The store is closed.
        }
    }

    private async Task TryForgetAsync()
    {
        try
        {
            await _ledger.ForgetAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            LogForgetFailed(_logger, error);
        }
    }

    [LoggerMessage(EventId = 1117, Level = LogLevel.Warning, Message = "Old rows of nexus_commits could not be deleted; trying again in some minutes")]
    private static partial void LogForgetFailed(ILogger logger, Exception error);
}
