using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Stores;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// Receives the changes of other instances on its own connection, and proves that they arrive: notices are delivered in commit order, so when a
/// notice of this instance returns, everything committed before it was sent has been received. Without a proof nothing is served from memory.
/// </summary>
internal sealed partial class ChangeListener : IAsyncDisposable
{
    private const string Listen = $"LISTEN {ChangeNotice.Channel}";

    /// <summary>How often a proof is asked for; writes of this instance are proofs as well.</summary>
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(1);

    /// <summary>A heartbeat that takes longer is abandoned together with its connection.</summary>
    private static readonly TimeSpan BeatLimit = TimeSpan.FromSeconds(2);
    /// <summary>Until a start has its first connection.</summary>
    private static readonly TimeSpan StartPoll = TimeSpan.FromMilliseconds(20);

    private static readonly RetryPolicy Reconnect = new(TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(5));

    private readonly NpgsqlDataSource _source;
    private readonly Heartbeat _heartbeat;
    private readonly ChangeNotice _notice;
    private readonly ChangeFeed _changes;
    private readonly CacheProof _proof;
    private readonly PeerInstances _peers;
    private readonly Action<IReadOnlyList<StateChange>> _heard;
    private readonly Action _refused;
    private readonly Retry _retry;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private volatile TaskCompletionSource? _paused;
    private TaskCompletionSource _proven = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _listening = Task.CompletedTask;
    private Task _beating = Task.CompletedTask;
    private CancellationTokenSource? _giveUp;
    private Exception? _error;
    private long _listeningSince;
    private bool _isListening;
    private bool _hasGap;
    private bool _isServing;
    private bool _isReported;
    private bool _isPooled;

    /// <param name="source">Unpooled; listening must not take a connection from the pool.</param>
    /// <param name="heartbeat">Sends this instance's own notices.</param>
    /// <param name="heard">Called with the changes of others only; the feed also carries those of this process.</param>
    /// <param name="refused">Called when the server had no connection left for it.</param>
    /// <param name="retry">Waits between attempts to connect.</param>
    public ChangeListener(
        NpgsqlDataSource source, Heartbeat heartbeat, ChangeNotice notice, ChangeFeed changes, PeerInstances peers,
        Action<IReadOnlyList<StateChange>> heard, Action refused, Retry retry, TimeProvider clock, ILogger logger) =>
        (_source, _heartbeat, _notice, _changes, _proof, _peers, _heard, _refused, _retry, _clock, _logger) =
        (source, heartbeat, notice, changes, changes.Proof, peers, heard, refused, retry, clock, logger);

    /// <summary>Connections that it holds now.</summary>
    public int Connections => (Volatile.Read(ref _isListening) ? 1 : 0) + (_heartbeat.IsConnected ? 1 : 0);

    /// <summary>Why nothing is served from memory; null while it is.</summary>
    public string? Reason => _proof.IsProven ? null : Describe();

    /// <summary>
    /// Returns when the first notice of this instance has returned, or when that takes too long: the store then serves without its cache.
    /// </summary>
    [SuppressMessage("Reliability", "VSTHRD003", Justification = "The task is made here and completed by Hear.")]
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _listening = Task.Run(ListenAsync, CancellationToken.None);
        _beating = Task.Run(BeatAsync, CancellationToken.None);
        try
        {
            await _proven.Task.WaitAsync(CacheProof.Bound, _clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Judge();
        }
    }

    /// <summary>Opens no connection until <see cref="Resume"/>: the server is known to be unavailable, and the prober checks it.</summary>
    public void Pause()
    {
        lock (_gate) _paused ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Connects at once where it paused.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            _paused?.TrySetResult();
            _paused = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(false);
        await _beating.ConfigureAwait(false);
        _proof.End();
        await _heartbeat.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        var attempts = _retry.Begin(Reconnect);
        while (true)
        {
            try
            {
                await ListenOnceAsync().ConfigureAwait(false);
            }
            catch (Exception error)
            {
                if (_stop.IsCancellationRequested) return;
                if (error is not OperationCanceledException) Fail(error);
            }
            bool wasProven;
            lock (_gate)
            {
                wasProven = _proof.IsProven;
                _isListening = false;
                _hasGap = true;
                _proof.End();
            }
            Judge();
            // The local replica finds missed changes by comparing tables.
            if (!wasProven) _heard(RecordTables.Everything);
            // A connection that opens and proves nothing is tried again as late as one that does not open.
            if (wasProven) attempts.Reset();
            // Instances that lost the same server come back at different times.
            if (_paused is { } paused)
            {
                await ((Task)paused.Task).WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                attempts.Reset();
            }
            else await attempts.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested) return;
        }
    }

    /// <summary>Until the connection breaks or is given up.</summary>
    private async Task ListenOnceAsync()
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var connection = await _source.OpenConnectionAsync(giveUp.Token).ConfigureAwait(false);
        await using var close = connection.ConfigureAwait(false);
        connection.Notification += (_, notice) => Hear(notice);
        // Behind a pooler the process of the handshake is not the server's.
        _isPooled = await connection.ScalarAsync<int>("SELECT pg_catalog.pg_backend_pid()", [],
            giveUp.Token).ConfigureAwait(false) != connection.ProcessID;
        await connection.ExecuteAsync(Listen, giveUp.Token).ConfigureAwait(false);
        lock (_gate)
        {
            _listeningSince = _clock.GetTimestamp();
            _isListening = true;
            _giveUp = giveUp;
        }
        try
        {
            // No query is ever sent from here: a pooler would hand over the notices of the server connection that it happens to run on.
            while (true) await connection.WaitAsync(giveUp.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate) _giveUp = null;
        }
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(BeatEvery, _clock);
        while (!_stop.IsCancellationRequested)
        {
            using var limit = new CancellationTokenSource(BeatLimit, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
            var isListening = Volatile.Read(ref _isListening);
            try
            {
                if (isListening && _paused is null) await _heartbeat.SendAsync(either.Token).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                if (_stop.IsCancellationRequested) return;
                Fail(error is OperationCanceledException ? new TimeoutException($"a heartbeat took longer than {BeatLimit.TotalSeconds:0} s", error)
                    : error);
            }
            Judge();
            // A start waits for the first proof.
            if (!isListening && !_hasGap && !_proven.Task.IsCompleted)
                await Task.Delay(StartPoll, _clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            else await ((Task)timer.WaitForNextTickAsync(_stop.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Fail(Exception error)
    {
        lock (_gate) _error = error;
        if (PostgresErrors.IsTooManyConnections(error)) _refused();
    }

    /// <summary>Reports once that the proof has expired, and closes a connection that should have received a notice.</summary>
    private void Judge()
    {
        CancellationTokenSource? deaf = null;
        lock (_gate)
        {
            if (_proof.IsProven || _stop.IsCancellationRequested) return;
            _isServing = false;
            if (_isListening && _clock.GetElapsedTime(_listeningSince) > CacheProof.Bound) deaf = _giveUp;
            var isStarting = !_proven.Task.IsCompleted && !_hasGap;
            if (!_isReported && !(isStarting && deaf is null))
            {
                _isReported = true;
                LogLost(_logger, Describe());
            }
            _ = deaf?.CancelAsync();
        }
    }

    private void Hear(NpgsqlNotificationEventArgs received)
    {
        if (received.Channel != ChangeNotice.Channel) return;
        var notice = _notice.Read(received.Payload);
        if (notice.Mode is { } mode) _peers.Seen(notice.Sender!, mode);
        if (notice.Changes.Count > 0)
        {
            _heard(notice.Changes);
            _changes.Publish(notice.Changes);
        }
        if (notice.SentAt is { } sentAt) Prove(sentAt);
    }

    private void Prove(long sentAt)
    {
        lock (_gate)
        {
            // Sent before this connection listened, or older than a proof can be.
            if (!_isListening || sentAt < _listeningSince || _clock.GetElapsedTime(sentAt) >= CacheProof.Bound) return;
            if (_proof.IsProven)
            {
                _proof.Extend(sentAt);
                return;
            }
            // Cleared first, so that no caller sees a stale row once the proof holds again.
            if (_hasGap) _heard(RecordTables.Everything);
            if (_hasGap || _isReported || _isServing) _changes.Publish(RecordTables.Everything);
            _proof.Extend(sentAt);
            if (_isReported) LogBack(_logger);
            (_hasGap, _isReported, _isServing, _error) = (false, false, true, null);
        }
        _proven.TrySetResult();
    }

    private string Describe()
    {
        lock (_gate)
        {
            if (_error is { } error)
                return PostgresErrors.Covers(error) || error is NexusException ? PostgresErrors.Translate(error).Message : error.GetType().Name;
            return _isPooled
                ? "a pooler between Nexus and PostgreSQL does not forward notifications, as in transaction mode: set NexusOptions.Database to the "
                    + "server itself, or to a pooler in session mode"
                : "the listening connection receives nothing";
        }
    }

    [LoggerMessage(EventId = 1114, Level = LogLevel.Warning, Message = "Changes of other instances are not proven to arrive ({Reason}); until they "
        + "are, nothing is served from memory and each read asks the database")]
    private static partial void LogLost(ILogger logger, string reason);

    [LoggerMessage(EventId = 1115, Level = LogLevel.Information,
        Message = "Changes of other instances arrive again; the cache was cleared and is in use again")]
    private static partial void LogBack(ILogger logger);
}
