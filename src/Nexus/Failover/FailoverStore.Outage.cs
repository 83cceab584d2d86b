using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>Failing over to the local replica, and failing back.</summary>
internal sealed partial class FailoverStore
{
    private void Wake() => _work.Release();

    /// <summary>Fails over: from now on the local replica serves. Returns when it is ready.</summary>
    private async Task FailOverAsync(StoreUnavailableException error)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_outages.TryFailOver(new Outage(error.Reason, error.Message, _clock.GetUtcNow(), LastAnswer(), ready.Task))) return;
        FailoverLog.WentAway(_logger, error.Reason, error.Message, _mode == FallbackMode.ReadWrite ? "go to the outbox" : "fail");
        Interlocked.Increment(ref _outageCount);
        _follower.Buckets.RemoveForeign();
        try
        {
            _remote.Pause();
            await _follower.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception catchUp) when (catchUp is NexusException or OperationCanceledException)
        {
            FailoverLog.CatchUpFailed(_logger, catchUp);
        }
        finally
        {
            // What was read from PostgreSQL may be newer than the replica, but from now on it is the replica that changes.
            Changes.Publish(RecordTables.Everything);
            ready.SetResult();
            Wake();
        }
    }

    /// <summary>
    /// For a start without PostgreSQL: the start. What was changed there while this process did not run came before everything that is written
    /// now.
    /// </summary>
    private DateTimeOffset LastAnswer()
    {
        if (!_isRemoteOpen) return _clock.GetUtcNow();
        var written = new DateTimeOffset(Volatile.Read(ref _answeredAt), TimeSpan.Zero);
        return _follower.CompleteAt is { } followed && followed > written ? followed : written;
    }

    /// <summary>The prober: looks for PostgreSQL while it is unavailable, and replays what an operator puts back into the outbox.</summary>
    private async Task KeepAsync()
    {
        try
        {
            while (true)
            {
                await _work.WaitAsync(_stop.Token).ConfigureAwait(false);
                if (_outages.IsUnavailable) await _gate.SearchAsync(TryFailBackAsync, _stop.Token).ConfigureAwait(false);
                else if (_outbox.Pending > 0) await _gate.SearchAsync(ReplayBesideAsync, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The store is closed.
        }
    }

    private async Task TryFailBackAsync(CancellationToken cancellationToken)
    {
        var replayed = _replayer.Replayed;
        try
        {
            await ProbeAsync(cancellationToken).ConfigureAwait(false);
            await _replayer.ReplayAsync(LastEntries, cancellationToken).ConfigureAwait(false);
            await _outages.CloseAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await _replayer.ReplayAsync(leave: 0, cancellationToken).ConfigureAwait(false);
                var outage = _outages.Current!;
                _follower.BeginPeriod();
                _outages.FailBack();
                FailoverLog.CameBack(_logger, _clock.GetUtcNow() - outage.Since, _replayer.Replayed - replayed);
            }
            finally
            {
                if (_outages.IsUnavailable) _outages.Reopen();
            }
            Changes.Publish(RecordTables.Everything);
        }
        catch (StoreUnavailableException error)
        {
            _remote.Pause();
            _outages.Update(error.Reason, error.Message);
            FailoverLog.StillAway(_logger, error);
            throw;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Wrong keys, a newer schema, a login that is refused, a defect: waiting does not fix them, and none is a reason to lose a write.
            _remote.Pause();
            _outages.Update(StoreUnavailableReason.Unreachable, error is NexusException ? error.Message : $"an unexpected {error.GetType().Name}");
            FailoverLog.CannotReturn(_logger, _outbox.Pending, error);
            throw;
        }
    }

    /// <summary>PostgreSQL serves, and an operator's decision has put writes into the outbox again.</summary>
    private async Task ReplayBesideAsync(CancellationToken cancellationToken)
    {
        if (_outages.IsUnavailable) return;
        try
        {
            await _replayer.ReplayAsync(leave: 0, cancellationToken).ConfigureAwait(false);
            _follower.BeginPeriod();
            Changes.Publish(RecordTables.Everything);
        }
        catch (StoreUnavailableException error)
        {
            await FailOverAsync(error).ConfigureAwait(false);
        }
    }

    /// <summary>Checks whether PostgreSQL is available again: nothing else does while it is unavailable.</summary>
    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        if (_isRemoteOpen) _clock.Set(await _remote.GetTimeAsync(cancellationToken).ConfigureAwait(false));
        _remote.Resume();
        await OpenRemoteAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task OpenRemoteAsync(CancellationToken cancellationToken)
    {
        if (_isRemoteOpen) return;
        await _remote.OpenAsync(cancellationToken).ConfigureAwait(false);
        await VerifyRemote(_remote, cancellationToken).ConfigureAwait(false);
        _clock.Set(await _remote.GetTimeAsync(cancellationToken).ConfigureAwait(false));
        _isRemoteOpen = true;
    }
}
