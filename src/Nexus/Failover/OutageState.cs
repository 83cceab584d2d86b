using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;

namespace Nexus.Failover;

/// <summary>The failover's one state: whether PostgreSQL serves, or the local replica with the outbox.</summary>
internal sealed class OutageState
{
    private readonly Lock _gate = new();
    private volatile Outage? _current;
    private int _spooling;
    private TaskCompletionSource? _closed;
    private TaskCompletionSource? _quiet;

    /// <summary>Why and since when PostgreSQL is unavailable; null while it serves.</summary>
    public Outage? Current => _current;

    public bool IsUnavailable => _current is not null;

    /// <summary>True for the caller that noticed it first.</summary>
    public bool TryFailOver(Outage outage)
    {
        lock (_gate)
        {
            if (_current is not null) return false;
            _current = outage;
            return true;
        }
    }

    /// <summary>Why PostgreSQL is still unavailable may change.</summary>
    public void Update(StoreUnavailableReason reason, string message)
    {
        lock (_gate)
        {
            if (_current is { } outage) _current = outage with { Reason = reason, Message = message };
        }
    }

    /// <summary>
    /// Begins a write to the outbox. False if PostgreSQL serves again. Waits while the rest of the outbox is replayed, so that no write to a
    /// record overtakes one that is still in it.
    /// </summary>
    public async ValueTask<bool> TryBeginSpoolAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                if (_current is null) return false;
                if (_closed is null)
                {
                    _spooling++;
                    return true;
                }
                wait = _closed.Task;
            }
            await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void EndSpool()
    {
        lock (_gate)
        {
            if (--_spooling == 0) _quiet?.TrySetResult();
        }
    }

    /// <summary>No write begins to spool until <see cref="Reopen"/> or <see cref="FailBack"/>; complete when those that began have ended.</summary>
    [SuppressMessage("Reliability", "VSTHRD003", Justification = "The task is made here and completed by EndSpool.")]
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        Task quiet;
        lock (_gate)
        {
            _closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _quiet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_spooling == 0) _quiet.SetResult();
            quiet = _quiet.Task;
        }
        await quiet.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Reopen()
    {
        lock (_gate) Free();
    }

    /// <summary>PostgreSQL serves again.</summary>
    public void FailBack()
    {
        lock (_gate)
        {
            _current = null;
            Free();
        }
    }

    private void Free()
    {
        _closed?.TrySetResult();
        (_closed, _quiet) = (null, null);
    }
}

/// <summary>PostgreSQL is unavailable.</summary>
/// <param name="Since">When it was noticed.</param>
/// <param name="KnownAt">When it served for the last time: what was changed there before, everybody who writes now means to replace.</param>
/// <param name="Ready">Complete when the local replica has what this process wrote last.</param>
internal sealed record Outage(StoreUnavailableReason Reason, string Message, DateTimeOffset Since, DateTimeOffset KnownAt, Task Ready);
