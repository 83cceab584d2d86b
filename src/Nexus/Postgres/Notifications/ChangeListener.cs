using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Stores;

namespace Nexus.Postgres;

/// <summary>
/// Receives the changes of other instances on its own connection, and proves that they arrive: notices are delivered in the order in which they were
/// sent, so when a notice of this instance returns, every earlier one has been received. What others have committed and not announced shows in
/// <see cref="PeerSequences"/>. Without a proof nothing is served from memory.
/// </summary>
internal sealed partial class ChangeListener : IAsyncDisposable
{
    /// <summary>
    /// How often a proof is asked for; notices of writes are proofs as well. Twice a second: when a peer was last heard is known by this instance's
    /// own notice before, and a slow machine must not take a peer for lost.
    /// </summary>
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(0.5);

    /// <summary>A heartbeat that takes longer is abandoned together with its connection.</summary>
    private static readonly TimeSpan BeatLimit = TimeSpan.FromSeconds(2);
    /// <summary>Until a start has its first connection.</summary>
    private static readonly TimeSpan StartPoll = TimeSpan.FromMilliseconds(20);

    private static readonly RetryPolicy Reconnect = new(TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(5));

    private readonly INoticeSource _source;
    private readonly ChangeNotifier _notifier;
    private readonly NoticeReader _reader;
    private readonly ChangeFeed _changes;
    private readonly CacheProof _proof;
    private readonly PeerInstances _peers;
    private readonly PeerSequences _sequences;
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
    private long? _provenAt;
    private long _beats;
    private long _gaps;
    private long _drops;
    private bool _isListening;
    private bool _hasGap;
    private bool _isServing;
    private bool _isReported;
    private bool _isPooled;

    /// <param name="source">Opens the listening connection.</param>
    /// <param name="notifier">Sends this instance's own notices.</param>
    /// <param name="heard">Called with the changes of others only; the feed also carries those of this process.</param>
    /// <param name="refused">Called when the server had no connection left for it.</param>
    /// <param name="retry">Waits between attempts to connect.</param>
    public ChangeListener(
        INoticeSource source, ChangeNotifier notifier, ChangeNotice notice, ChangeFeed changes, PeerInstances peers,
        Action<IReadOnlyList<StateChange>> heard, Action refused, Retry retry, TimeProvider clock, ILogger logger)
    {
        (_source, _notifier, _reader, _changes, _proof, _peers) = (source, notifier, new NoticeReader(notice), changes, changes.Proof, peers);
        (_heard, _refused, _retry, _clock, _logger) = (heard, refused, retry, clock, logger);
        _sequences = new PeerSequences(clock);
    }

    /// <summary>Connections that it holds now.</summary>
    public int Connections => (Volatile.Read(ref _isListening) ? 1 : 0) + (_notifier.IsConnected ? 1 : 0);

    public NoticeUse Use => new(_notifier.Sent, Interlocked.Read(ref _beats), Interlocked.Read(ref _gaps), Interlocked.Read(ref _drops),
        _sequences.Count);

    /// <summary>Why nothing is served from memory; null while it is.</summary>
    public string? Reason => _proof.IsProven ? null : Describe();

    /// <summary>
    /// Returns when the first notice of this instance has returned, or when that takes too long: the store then serves without its cache.
    /// </summary>
    [SuppressMessage("Reliability", "VSTHRD003", Justification = "The task is made here and completed by Hear.")]
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _notifier.Start();
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
        await _notifier.DisposeAsync().ConfigureAwait(false);
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
                _provenAt = null;
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
        // Also given up when a newer primary was seen.
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, _source.WhenEnded());
        var connection = await _source.ListenAsync(Hear, giveUp.Token).ConfigureAwait(false);
        await using var close = connection.ConfigureAwait(false);
        _isPooled = connection.IsPooled;
        lock (_gate)
        {
            _listeningSince = _clock.GetTimestamp();
            _sequences.Listen();
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
                // Where nothing is heard here, the others still count on the heartbeats.
                if ((isListening || _notifier.IsConnected) && _paused is null) await _notifier.BeatAsync(either.Token).ConfigureAwait(false);
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
            JudgePeers();
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

    private void Hear(string payload, int process)
    {
        var notice = _reader.Read(payload);
        if (notice.IsOwn)
        {
            if (notice.Number is { } own && _notifier.Hear(own, process) is { } sentAt) Prove(sentAt);
            // It came with its commit. Where the outcome is unknown, nothing else says so.
            if (notice.Changes.Count > 0) _changes.Suspect(notice.Changes);
            return;
        }
        if (notice.Mode is { } mode) _peers.Seen(notice.Sender!, mode);
        if (notice is { Mode: not null, Number: null }) _notifier.HearEarlierVersion();
        if (notice.Changes.Count > 0)
        {
            _heard(notice.Changes);
            _changes.Publish(notice.Changes);
        }
        if (notice.Number is { } number and > 0) Count(notice, process, number);
    }

    /// <summary>Counts a peer's notice.</summary>
    private void Count(in HeardNotice notice, int process, long number)
    {
        lock (_gate)
        {
            if (!_isListening) return;
            var finding = _sequences.Hear(notice.Sender!, process, number, notice.IsEnd, _provenAt ?? _listeningSince);
            // At the start every peer is unknown. It announced nothing late before a notice that would have been heard since.
            Drop(finding == PeerFinding.Unknown && _clock.GetElapsedTime(_listeningSince) <= CacheProof.Bound ? PeerFinding.Doubtful : finding);
            ExtendProof();
        }
    }

    /// <summary>Drops what a silent peer may have changed, before the proof is extended without it.</summary>
    private void JudgePeers()
    {
        if (!_isListening) return;
        Drop(_sequences.Judge());
        ExtendProof();
    }

    private void Drop(PeerFinding finding)
    {
        if (finding == PeerFinding.InOrder) return;
        Interlocked.Increment(ref _drops);
        if (finding == PeerFinding.Doubtful)
        {
            _changes.Suspect(RecordTables.Everything);
            return;
        }
        Interlocked.Increment(ref _gaps);
        LogGap(_logger, finding == PeerFinding.Lost ? "no notice for 3 s" : "a notice was missed");
        _heard(RecordTables.Everything);
        _changes.Publish(RecordTables.Everything);
    }

    /// <summary>
    /// The proof lasts from the last own notice that has returned, or from the last one of the peer that was not heard for longest.
    /// </summary>
    private void ExtendProof()
    {
        if (_provenAt is not { } own || (!_proof.IsProven && !_isServing)) return;
        var since = _sequences.Oldest is { } oldest ? Math.Min(own, oldest) : own;
        if (_clock.GetElapsedTime(since) < CacheProof.Bound) _proof.Extend(since);
    }

    private void Prove(long sentAt)
    {
        lock (_gate)
        {
            // Sent before this connection listened, or older than a proof can be.
            if (!_isListening || sentAt < _listeningSince || _clock.GetElapsedTime(sentAt) >= CacheProof.Bound) return;
            Interlocked.Increment(ref _beats);
            JudgePeers();
            _provenAt = sentAt;
            if (!_proof.IsProven)
            {
                // Cleared first, so that no caller sees a stale row once the proof holds again.
                if (_hasGap) _heard(RecordTables.Everything);
                if (_hasGap || _isReported || _isServing) _changes.Publish(RecordTables.Everything);
                if (_isReported) LogBack(_logger);
                (_hasGap, _isReported, _isServing, _error) = (false, false, true, null);
            }
            ExtendProof();
            if (_notifier.IsStarting) return;
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
                ? "a pooler between Nexus and PostgreSQL does not forward notifications, as in transaction mode: set NexusOptions.DirectDatabase "
                    + "to the server's own address, or add the option listen=HOST:PORT to NexusOptions.Database"
                : "the listening connection receives nothing";
        }
    }

    [LoggerMessage(EventId = 1114, Level = LogLevel.Warning, Message = "Changes of other instances are not proven to arrive ({Reason}); until they "
        + "are, nothing is served from memory and each read asks the database")]
    private static partial void LogLost(ILogger logger, string reason);

    [LoggerMessage(EventId = 1115, Level = LogLevel.Information,
        Message = "Changes of other instances arrive again; the cache was cleared and is in use again")]
    private static partial void LogBack(ILogger logger);

    [LoggerMessage(EventId = 1122, Level = LogLevel.Warning,
        Message = "Changes of another instance may have been missed ({Reason}); the cache was cleared")]
    private static partial void LogGap(ILogger logger, string reason);
}
