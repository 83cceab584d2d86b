using System.Globalization;
using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.History;
using Nexus.Leases;
using Nexus.Postgres;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>
/// PostgreSQL while it is available, followed by a local replica. While it is not, the replica serves the reads, and writes go to an outbox on the
/// local disk that is replayed when PostgreSQL is available again: docs/reliability.md.
/// </summary>
internal sealed partial class FailoverStore : IShardStore, IFallback
{
    /// <summary>The file of the local replica and the outbox, beside an embedded store that the folder may hold already.</summary>
    public const string FileName = "fallback.db";

    /// <summary>The rest of the outbox that is replayed while new writes wait; a larger one is replayed in parallel with them.</summary>
    private const long LastEntries = 500;

    /// <summary>If the commit status is not known after this time, the write is spooled in doubt and resolved later.</summary>
    private static readonly TimeSpan LostAnswerBudget = TimeSpan.FromSeconds(1);

    private readonly FallbackMode _mode;
    private readonly FallbackCopy _copy;
    private readonly bool _mayStartEmpty;
    private readonly IReplicatedPrimary _remote;
    private readonly SqliteStore _local;
    private readonly FailoverClock _clock;
    private readonly ILogger _logger;
    private readonly RemoteGate _gate;
    private readonly Outbox _outbox;
    private readonly SpoolWriter _spool;
    private readonly Replayer _replayer;
    private readonly ReplicaSync _follower;
    private readonly OutageState _outages = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _stop = new();
    private Task _keeping = Task.CompletedTask;
    private long _answeredAt;
    private long _outageCount;
    private bool _isRemoteOpen;
    private int _closed;

    /// <summary>Prepares without touching disk or network.</summary>
    /// <exception cref="NexusConfigurationException">The options or the connection string are invalid.</exception>
    public FailoverStore(FailoverOptions options, ILoggerFactory loggers, TimeProvider clock)
        : this(options, loggers, clock, new Retry(clock),
            (budget, retry) => new PostgresStore(options.Postgres, loggers, clock, budget, retry),
            replicaClock => new SqliteStore(options.DataFolder, replicaClock, loggers, fileName: FileName))
    {
    }

    /// <param name="options">As above.</param>
    /// <param name="loggers">Receives the logs.</param>
    /// <param name="clock">The clock of the process.</param>
    /// <param name="retry">Waits between attempts.</param>
    /// <param name="createRemote">Makes PostgreSQL's store from the time for which it looks for a lost answer.</param>
    /// <param name="createLocal">Makes the local replica on its clock.</param>
    internal FailoverStore(FailoverOptions options, ILoggerFactory loggers, TimeProvider clock, Retry retry,
        Func<TimeSpan, Retry, IReplicatedPrimary> createRemote, Func<TimeProvider, SqliteStore> createLocal)
    {
        (_mode, _mayStartEmpty) = (options.Mode, options.MayStartEmpty);
        _logger = options.Shard is { } shard
            ? loggers.CreateLogger(string.Create(CultureInfo.InvariantCulture, $"{typeof(FailoverStore).FullName}.Shard{shard}"))
            : loggers.CreateLogger<FailoverStore>();
        _clock = new FailoverClock(clock);
        _remote = createRemote(Min(LostAnswerBudget, options.After), retry);
        _local = createLocal(_clock);
        History = new RemoteHistory(_remote.History, _outages);
        _gate = new RemoteGate(_remote, _outages, retry, options.After, clock);
        _outbox = new Outbox(_local) { Limit = options.OutboxBytes };
        _copy = options.Copy;
        _spool = new SpoolWriter(_local, _outbox);
        _replayer = new Replayer(_outbox, _remote, retry, _clock, _logger);
        _follower = new ReplicaSync(
            _local, _gate, Changes, FallbackCopies.TablesOf(_copy), () => _outages.IsUnavailable ? null : Outages, _clock, _logger)
        {
            Buckets = new ReplicaBuckets(_local, () => _remote.RoutedBuckets, _logger),
            SettleAfter = options.SettleAfter,
        };
        // A spooled write takes what it changed out of the caches before its caller learns of it.
        _local.Changes.Published += Changes.Publish;
        _remote.Heard = _follower.Backlog.Changed;
        Administration = new OutboxAdministration(_local, _outbox, _clock, Wake);
    }

    public string Kind => _remote.Kind;

    public ChangeFeed Changes => _remote.Changes;

    /// <summary>Leases of PostgreSQL; they cannot be taken or renewed during an outage.</summary>
    public ILeaseStore Leases => _remote.Leases;

    /// <summary>The history of PostgreSQL. A spooled change gets its entry when it is replayed, so the local replica has none.</summary>
    public IHistoryStore History { get; }

    public long Outages => Interlocked.Read(ref _outageCount);

    /// <summary>While the local replica serves, the status says so.</summary>
    public IReadOnlyList<StoreConcern> Concerns => [.. _local.Concerns, .. _outages.IsUnavailable ? [] : _remote.Concerns];

    public IOutboxAdministration Administration { get; }

    /// <inheritdoc/>
    public bool IsOneOfSeveral => _remote.IsOneOfSeveral;

    /// <summary>
    /// Asked before PostgreSQL is used for the first time, for example whether the configured keys are its keys. Throws if it must not be used.
    /// </summary>
    public Func<IStore, CancellationToken, Task> VerifyRemote { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary><c>host:port/database</c> of PostgreSQL.</summary>
    public string Location => _remote.Location;

    public PoolUse PoolUse => _remote.PoolUse;

    public NoticeUse NoticeUse => _remote.NoticeUse;

    /// <summary>Called with the identity of the database before anything is changed there; throws if it must not be used.</summary>
    public Func<StoreIdentity, Task>? Identified { get => _remote.Identified; set => _remote.Identified = value; }

    /// <summary>
    /// Looks at each write before it is replayed, as <see cref="SpooledWriteCheck"/> does, and authenticates the outbox. Set before the store is
    /// opened.
    /// </summary>
    public SpooledWriteCheck? Check
    {
        set
        {
            _replayer.FindFault = value is null ? _ => null : value.FindFault;
            _outbox.Keys = value?.Keys;
        }
    }

    public Task AdoptOutboxAsync(CancellationToken cancellationToken) => _outbox.AdoptAsync(cancellationToken);

    /// <summary>As <see cref="Replayer.AcceptsAdopted"/>. The store's canary decides.</summary>
    public bool AcceptsAdopted
    {
        set => _replayer.AcceptsAdopted = value;
    }

    public FallbackStatus Status
    {
        get
        {
            var (outage, now) = (_outages.Current, _clock.GetUtcNow());
            return new FallbackStatus(
                _mode, IsLocal: outage is not null, outage?.Reason, outage?.Message, outage?.Since,
                outage is null && _follower.IsCurrent ? TimeSpan.Zero
                    : _follower.AsOf is { } asOf ? TimeSpan.FromTicks(Math.Max(0, (now - asOf).Ticks)) : null,
                _outbox.Pending, _outbox.Conflicts, _outbox.Quarantined, _replayer.Replayed)
            {
                Copy = _copy,
                CopyProgress = _follower.Share,
                CopiedRecords = _follower.Copied,
                OutboxBytes = _outbox.Bytes,
                OutboxLimit = _outbox.Limit,
            };
        }
    }

    /// <summary>Brings the replica up to date now. False while PostgreSQL is unavailable.</summary>
    public Task<bool> FollowAsync(CancellationToken cancellationToken) => _follower.FollowOnceAsync(cancellationToken);

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await OpenBothAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await _follower.Buckets.Removed.ConfigureAwait(false);
            // Another store of the same folder can be opened then.
            await _local.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        _keeping = Task.Run(KeepAsync, CancellationToken.None);
        _follower.Start();
    }

    private async Task OpenBothAsync(CancellationToken cancellationToken)
    {
        await _local.OpenAsync(cancellationToken).ConfigureAwait(false);
        await _outbox.OpenAsync(cancellationToken).ConfigureAwait(false);
        await _follower.OpenAsync(cancellationToken).ConfigureAwait(false);
        _clock.Floor(await _local.ReadAsync(LatestTime, cancellationToken).ConfigureAwait(false));
        if (_follower.CompleteAt is { } completeAt) _clock.Floor(completeAt);
        _follower.BeginPeriod();
        try
        {
            await OpenRemoteAsync(cancellationToken).ConfigureAwait(false);
            if (_outbox.Pending > 0) await FailOverAsync(new StoreUnavailableException(StoreUnavailableReason.Unreachable,
                "the outbox of an earlier run is replayed first")).ConfigureAwait(false);
        }
        catch (StoreUnavailableException error) when (error.Reason != StoreUnavailableReason.Stopped)
        {
            if (_follower.CompleteAt is null && _outbox.Pending == 0 && !_mayStartEmpty) throw;
            await FailOverAsync(error).ConfigureAwait(false);
        }
    }

    public async Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (writes.Count == 0) return [];
        var call = _follower.Backlog.Begin();
        try
        {
            return await ApplyAsync(call, writes, atomic, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _follower.Backlog.End(call);
        }
    }

    private async Task<WriteOutcome[]> ApplyAsync(long call, IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken)
    {
        for (var attempts = 1; ; attempts++)
        {
            if (_outages.Current is { } outage)
            {
                if (_mode != FallbackMode.ReadWrite || attempts > Contention.MaxAttempts) throw NotTaken(outage.Reason, outage.Message, inner: null);
                if (await TrySpoolAsync(writes, atomic, doubt: null, cancellationToken).ConfigureAwait(false) is { } spooled) return spooled;
                continue;
            }
            var attempt = await _gate.ApplyAsync(writes, atomic, cancellationToken).ConfigureAwait(false);
            if (attempt.Failure is { } failure)
            {
                // Of a batch that was applied in parts: the catch-up of the failover puts them into the replica, from which this process reads then.
                var isPartlyKnown = NoteKnown(call, writes, failure.Outcomes);
                await FailOverAsync(failure.Error).ConfigureAwait(false);
                // Another call may have failed over before.
                if (isPartlyKnown && _outages.IsUnavailable) await _follower.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
                return await FinishAsync(call, writes, atomic, failure, cancellationToken).ConfigureAwait(false);
            }
            var outcomes = attempt.Outcomes!;
            Volatile.Write(ref _answeredAt, _clock.GetUtcNow().UtcTicks);
            _follower.Backlog.Applied(call, writes, outcomes);
            // Another call found PostgreSQL unavailable meanwhile: the replica must have the write before its caller reads from there.
            if (_outages.IsUnavailable) await _follower.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
            return outcomes;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        await _follower.DisposeAsync().ConfigureAwait(false);
        // Writes that were handed over and given up end with their connections.
        await _remote.DisposeAsync().ConfigureAwait(false);
        if (_outbox.Pending > 0) FailoverLog.LeftPending(_logger, _outbox.Pending);
        await _local.DisposeAsync().ConfigureAwait(false);
        _work.Dispose();
        _stop.Dispose();
    }

    /// <summary>Null when PostgreSQL serves again.</summary>
    private async Task<WriteOutcome[]?> TrySpoolAsync(IReadOnlyList<Write> writes, bool atomic, string? doubt, CancellationToken cancellationToken)
    {
        if (!await _outages.TryBeginSpoolAsync(cancellationToken).ConfigureAwait(false)) return null;
        try
        {
            // It cannot end before the spooling has.
            var outage = _outages.Current!;
            await outage.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
            return await _spool.SpoolAsync(writes, atomic, doubt, outage.KnownAt, key => !IsGuessing(key), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _outages.EndSpool();
        }
    }

    /// <summary>PostgreSQL became unavailable during a call: spools the writes without a response, or reports what is known of each.</summary>
    private async Task<WriteOutcome[]> FinishAsync(
        long call, IReadOnlyList<Write> writes, bool atomic, RemoteFailure failure, CancellationToken cancellationToken)
    {
        var open = Enumerable.Range(0, writes.Count).Where(n => failure.Outcomes[n] is null).ToArray();
        Write[] rest = [.. open.Select(n => writes[n])];
        WriteOutcome[] finished;
        try
        {
            if (_mode != FallbackMode.ReadWrite) throw NotTaken(failure.Error.Reason, failure.Error.Message, failure.Error);
            finished = await SpoolRestAsync(rest, atomic, failure, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreUnavailableException refused)
        {
            // Only where nothing was written may it say so.
            NexusException known = failure.Doubt is null ? refused : InDoubt(refused);
            if (rest.Length == writes.Count) throw known;
            finished = Array.ConvertAll(rest, _ => WriteOutcome.Failed(known));
        }
        _follower.Backlog.Applied(call, rest, Array.ConvertAll(finished, outcome => outcome.IsSpooled ? WriteOutcome.NotFound : outcome));
        var outcomes = new WriteOutcome[writes.Count];
        for (var n = 0; n < outcomes.Length; n++) outcomes[n] = failure.Outcomes[n] ?? default;
        for (var n = 0; n < open.Length; n++) outcomes[open[n]] = finished[n];
        return outcomes;
    }

    /// <summary>Notes the writes of which the response has arrived. False if there are none.</summary>
    private bool NoteKnown(long call, IReadOnlyList<Write> writes, WriteOutcome?[] outcomes)
    {
        var known = Enumerable.Range(0, writes.Count).Where(n => outcomes[n] is not null).ToArray();
        if (known.Length == 0) return false;
        _follower.Backlog.Applied(call, [.. known.Select(n => writes[n])], Array.ConvertAll(known, n => outcomes[n]!.Value));
        return true;
    }

    /// <summary>Cannot be cancelled: the caller would not learn that its writes may be applied.</summary>
    private async Task<WriteOutcome[]> SpoolRestAsync(Write[] rest, bool atomic, RemoteFailure failure, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TrySpoolAsync(rest, atomic, failure.Doubt, CancellationToken.None).ConfigureAwait(false) is { } spooled) return spooled;
            // PostgreSQL serves again already. What may be committed there must not be sent a second time, so it goes through the outbox all
            // the same.
            if (failure.Doubt is null) return await ApplyAsync(rest, atomic, cancellationToken).ConfigureAwait(false);
            await FailOverAsync(failure.Error).ConfigureAwait(false);
        }
    }

    private static UnknownOutcomeException InDoubt(StoreUnavailableException refused) =>
        new($"PostgreSQL became unavailable during a commit, and the write is not in the outbox ({refused.Message}); it is unknown whether it was "
            + "applied",
            refused);

    private static StoreUnavailableException NotTaken(StoreUnavailableReason reason, string message, Exception? inner) =>
        new(reason, $"{message}; writes are refused until then (fallback mode {FallbackModes.NameOf(FallbackMode.ReadOnly)})", inner);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static DateTimeOffset LatestTime(SqliteSession connection) =>
        SqliteTime.FromMicroseconds(connection.ReadNumber("SELECT coalesce(max(spooled_at), 0) FROM outbox"));
}
