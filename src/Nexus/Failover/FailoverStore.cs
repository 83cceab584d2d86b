using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>
/// PostgreSQL while it answers, followed by a local copy. While it does not, the copy serves the reads, and writes go to an outbox on the local disk
/// that is replayed when it is back: docs/reliability.md.
/// </summary>
internal sealed partial class FailoverStore : IStore
{
    /// <summary>The file of the copy and the outbox, beside an embedded store that the folder may hold from before.</summary>
    public const string FileName = "fallback.db";

    /// <summary>So few are replayed while new writes wait; more are replayed beside them.</summary>
    private const long LastEntries = 500;

    /// <summary>What became of a lost answer that is not learned so soon is noted in the outbox and found out later.</summary>
    private static readonly TimeSpan LostAnswerBudget = TimeSpan.FromSeconds(1);

    private readonly FallbackMode _mode;
    private readonly TimeSpan _patience;
    private readonly bool _mayStartEmpty;
    private readonly PostgresStore _remote;
    private readonly SqliteStore _local;
    private readonly FailoverClock _clock;
    private readonly ILogger _logger;
    private readonly RemoteAccess _access;
    private readonly RemoteWrites _remoteWrites;
    private readonly Outbox _outbox;
    private readonly SpoolWriter _spool;
    private readonly Replayer _replayer;
    private readonly ReplicaSync _follower;
    private readonly FailoverMetrics _metrics;
    private readonly OutageState _availability = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _stop = new();
    private Task _keeping = Task.CompletedTask;
    private long _answeredAt;
    private bool _isRemoteOpen;
    private int _closed;

    /// <summary>Prepares without touching disk or network.</summary>
    /// <exception cref="NexusConfigurationException">The options or <c>DATABASE_URL</c> are not usable.</exception>
    public FailoverStore(FailoverOptions options, ILoggerFactory loggers, TimeProvider clock)
    {
        (_mode, _patience, _mayStartEmpty, _logger) = (options.Mode, options.After, options.MayStartEmpty, loggers.CreateLogger<FailoverStore>());
        _clock = new FailoverClock(clock);
        _remote = new PostgresStore(options.Postgres, loggers, clock, Min(LostAnswerBudget, options.After));
        _local = new SqliteStore(options.DataFolder, _clock, loggers, fileName: FileName);
        _access = new RemoteAccess(clock);
        _remoteWrites = new RemoteWrites(_remote, _access, _patience, clock);
        _outbox = new Outbox(_local);
        _spool = new SpoolWriter(_local, _outbox);
        _replayer = new Replayer(_outbox, _remote, _clock, _logger);
        _follower = new ReplicaSync(_local, _remote, () => !_availability.IsAway, _clock, _logger);
        _metrics = new FailoverMetrics(this);
        // A spooled write takes what it changed out of the caches before its caller learns of it.
        _local.Changes.Published += Changes.Publish;
        _remote.Heard = _follower.Backlog.Changed;
        Administration = new OutboxAdministration(_local, _outbox, _clock, Wake);
    }

    public string Kind => _remote.Kind;

    public ChangeFeed Changes => _remote.Changes;

    /// <summary>While the copy serves, the status says so.</summary>
    public IReadOnlyList<StoreConcern> Concerns => [.. _local.Concerns, .. _availability.IsAway ? [] : _remote.Concerns];

    /// <summary>Conflicts and quarantine.</summary>
    public OutboxAdministration Administration { get; }

    /// <summary>Asked before PostgreSQL is used for the first time, for example whether the keys at hand are its keys. Throws where it must not be used.</summary>
    public Func<IStore, CancellationToken, Task> VerifyRemote { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary><c>host:port/database</c> of PostgreSQL.</summary>
    public string Location => _remote.Location;

    /// <summary>Told which database it is before anything is changed there; throws where it must not be used.</summary>
    public Func<StoreIdentity, Task>? Identified { set => _remote.Identified = value; }

    /// <summary>Looks at each write before it is replayed, as <see cref="SpooledWriteCheck"/> does, and authenticates the outbox. Set before the store is opened.</summary>
    public SpooledWriteCheck? Check
    {
        set
        {
            _replayer.FindFault = value is null ? _ => null : value.FindFault;
            _outbox.Keys = value?.Keys;
        }
    }

    /// <summary>As <see cref="Outbox.AdoptAsync"/>.</summary>
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
            var (absence, now) = (_availability.Outage, _clock.GetUtcNow());
            return new FallbackStatus(
                _mode, IsLocal: absence is not null, absence?.Reason, absence?.Message, absence?.Since,
                absence is null ? TimeSpan.Zero : _follower.AsOf is { } asOf ? TimeSpan.FromTicks(Math.Max(0, (now - asOf).Ticks)) : null,
                _outbox.Pending, _outbox.Conflicts, _outbox.Quarantined, _replayer.Replayed);
        }
    }

    /// <summary>Brings the copy up to date now. False while PostgreSQL is away.</summary>
    public Task<bool> FollowAsync(CancellationToken cancellationToken) => _follower.FollowOnceAsync(cancellationToken);

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _local.OpenAsync(cancellationToken).ConfigureAwait(false);
        await _outbox.OpenAsync(cancellationToken).ConfigureAwait(false);
        await _follower.OpenAsync(cancellationToken).ConfigureAwait(false);
        _clock.Floor(await _local.ReadAsync(LatestTime, cancellationToken).ConfigureAwait(false));
        _follower.Backlog.Everything();
        try
        {
            await OpenRemoteAsync(cancellationToken).ConfigureAwait(false);
            if (_outbox.Pending > 0) await LeaveAsync(new StoreUnavailableException(StoreUnavailableReason.Unreachable, "the outbox of an earlier run is replayed first")).ConfigureAwait(false);
        }
        catch (StoreUnavailableException error) when (error.Reason != StoreUnavailableReason.Stopped)
        {
            if (_follower.AsOf is null && _outbox.Pending == 0 && !_mayStartEmpty) throw;
            await LeaveAsync(error).ConfigureAwait(false);
        }
        _keeping = Task.Run(KeepAsync, CancellationToken.None);
        _follower.Start();
    }

    public async Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (writes.Count == 0) return [];
        for (var attempts = 1; ; attempts++)
        {
            if (_availability.Outage is { } absence)
            {
                if (_mode != FallbackMode.ReadWrite || attempts > Contention.MaxAttempts) throw NotTaken(absence.Reason, absence.Message, inner: null);
                if (await TrySpoolAsync(writes, atomic, doubt: null, cancellationToken).ConfigureAwait(false) is { } spooled) return spooled;
                continue;
            }
            var attempt = await _remoteWrites.ApplyAsync(writes, atomic, cancellationToken).ConfigureAwait(false);
            if (attempt.Error is not { } error)
            {
                var outcomes = Array.ConvertAll(attempt.Outcomes, outcome => outcome!.Value);
                Volatile.Write(ref _answeredAt, _clock.GetUtcNow().UtcTicks);
                _follower.Backlog.Applied(writes, outcomes);
                // It was answered while another call found PostgreSQL gone: the copy must have it before its caller reads from there.
                if (_availability.IsAway) await _follower.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
                return outcomes;
            }
            await LeaveAsync(error).ConfigureAwait(false);
            if (_mode != FallbackMode.ReadWrite) throw error.InnerException is UnknownOutcomeException unknown ? unknown : NotTaken(error.Reason, error.Message, error);
            return await SpoolRestAsync(writes, atomic, attempt, cancellationToken).ConfigureAwait(false);
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
        _metrics.Dispose();
        _work.Dispose();
        _stop.Dispose();
    }

    /// <summary>Null when PostgreSQL serves again.</summary>
    private async Task<WriteOutcome[]?> TrySpoolAsync(IReadOnlyList<Write> writes, bool atomic, string? doubt, CancellationToken cancellationToken)
    {
        if (!await _availability.TryBeginSpoolAsync(cancellationToken).ConfigureAwait(false)) return null;
        try
        {
            // It cannot end before the spooling has.
            var absence = _availability.Outage!;
            await absence.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
            return await _spool.SpoolAsync(writes, atomic, doubt, absence.KnownAt, key => !IsGuessing(key), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _availability.EndSpool();
        }
    }

    /// <summary>Spools what PostgreSQL did not answer for. A caller that cancels now would not learn that it may be written, so nobody can.</summary>
    private async Task<WriteOutcome[]> SpoolRestAsync(IReadOnlyList<Write> writes, bool atomic, RemoteAttempt attempt, CancellationToken cancellationToken)
    {
        var open = Enumerable.Range(0, writes.Count).Where(n => attempt.Outcomes[n] is null).ToArray();
        Write[] rest = [.. open.Select(n => writes[n])];
        var spooled = await TrySpoolAsync(rest, atomic, attempt.Doubt, CancellationToken.None).ConfigureAwait(false);
        // PostgreSQL came back already. What may be committed there must not be sent a second time, so it goes by way of the outbox all the same.
        while (spooled is null)
        {
            if (attempt.Doubt is null) spooled = await ApplyAsync(rest, atomic, cancellationToken).ConfigureAwait(false);
            else
            {
                await LeaveAsync(attempt.Error!).ConfigureAwait(false);
                spooled = await TrySpoolAsync(rest, atomic, attempt.Doubt, CancellationToken.None).ConfigureAwait(false);
            }
        }
        var outcomes = new WriteOutcome[writes.Count];
        for (var n = 0; n < outcomes.Length; n++) outcomes[n] = attempt.Outcomes[n] ?? default;
        for (var n = 0; n < open.Length; n++) outcomes[open[n]] = spooled[n];
        _follower.Backlog.Applied(writes, Array.ConvertAll(outcomes, outcome => outcome.IsSpooled ? WriteOutcome.NotFound : outcome));
        return outcomes;
    }

    private static StoreUnavailableException NotTaken(StoreUnavailableReason reason, string message, Exception? inner) =>
        new(reason, $"{message}; writes are not taken meanwhile (fallback mode {FallbackModes.NameOf(FallbackMode.ReadOnly)})", inner);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static DateTimeOffset LatestTime(SqliteSession connection) =>
        SqliteTime.FromMicroseconds(connection.ReadNumber("SELECT coalesce(max(spooled_at), 0) FROM outbox"));
}
