using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;

namespace Nexus.Failover;

/// <summary>Who serves at the moment: PostgreSQL, or the local copy with the outbox.</summary>
internal sealed class OutageState
{
    private readonly Lock _gate = new();
    private volatile Outage? _absence;
    private int _spooling;
    private TaskCompletionSource? _closed;
    private TaskCompletionSource? _quiet;

    /// <summary>Why and since when PostgreSQL does not serve; null while it does.</summary>
    public Outage? Outage => _absence;

    public bool IsAway => _absence is not null;

    /// <summary>True for the one who noticed it first.</summary>
    public bool TryLeave(Outage absence)
    {
        lock (_gate)
        {
            if (_absence is not null) return false;
            _absence = absence;
            return true;
        }
    }

    /// <summary>Why PostgreSQL is still away may change.</summary>
    public void Update(StoreUnavailableReason reason, string message)
    {
        lock (_gate)
        {
            if (_absence is { } absence) _absence = absence with { Reason = reason, Message = message };
        }
    }

    /// <summary>
    /// Begins a write to the outbox. False when PostgreSQL serves again. Waits while the last of the outbox is replayed, so that no write to a
    /// record overtakes one that is still in it.
    /// </summary>
    public async ValueTask<bool> TryBeginSpoolAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                if (_absence is null) return false;
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

    /// <summary>No write begins to spool until <see cref="Reopen"/> or <see cref="Return"/>; complete when those that began have ended.</summary>
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
    public void Return()
    {
        lock (_gate)
        {
            _absence = null;
            Free();
        }
    }

    private void Free()
    {
        _closed?.TrySetResult();
        (_closed, _quiet) = (null, null);
    }
}

/// <summary>PostgreSQL does not serve.</summary>
/// <param name="Since">When it was noticed.</param>
/// <param name="KnownAt">When it served for the last time: what was changed there before, everybody who writes now means to replace.</param>
/// <param name="Ready">Complete when the local copy has what this process wrote last.</param>
internal sealed record Outage(StoreUnavailableReason Reason, string Message, DateTimeOffset Since, DateTimeOffset KnownAt, Task Ready);
