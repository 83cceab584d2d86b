namespace Nexus.Simulation;

/// <summary>One commit in the log that a primary sends to its standby.</summary>
internal sealed class WalEntry
{
    /// <summary>Completes when the standby has it.</summary>
    public TaskCompletionSource Acknowledged { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsReceived { get; set; }

    /// <summary>Visible on the primary.</summary>
    public bool IsApplied { get; set; }

    /// <summary>Does the whole of it on a server, and notes that in an entry of its log; null for one that changes no record.</summary>
    public Func<ModelServer, WalEntry, Task>? Work { get; init; }

    /// <summary>What it does beside the records: rows of the ledger and leases.</summary>
    public Action<ModelServer>? Redo { get; set; }

    /// <summary>What it did to the records.</summary>
    public IReadOnlyList<CommittedChange> Changes { get; set; } = [];

    /// <summary>The length of the records' log after it; 0 for one that changes no record.</summary>
    public long Length { get; set; }
}

/// <summary>
/// Streaming replication to one standby. Synchronous: a commit is seen by nobody until the standby has it. Asynchronous: the standby gets it later,
/// or never.
/// </summary>
/// <param name="scheduler">Lets entries arrive.</param>
/// <param name="dice">Decides about the lag.</param>
/// <param name="isSynchronous">Whether commits wait.</param>
/// <param name="log">What the primary and the standby have in common.</param>
internal sealed class Replication(Scheduler scheduler, Dice dice, bool isSynchronous, IEnumerable<WalEntry> log)
{
    private readonly List<WalEntry> _log = [.. log];
    private readonly Queue<Action> _held = new();
    private int _received = -1;
    private int _life;
    private long _last;
    private long _lastBack;

    public bool IsSynchronous => isSynchronous;

    /// <summary>False before a standby is made: then commits wait for none.</summary>
    public bool HasStandby => _received >= 0;

    /// <summary>The standby was promoted: what this primary commits from now on is lost.</summary>
    public bool IsReplaced { get; private set; }

    /// <summary>The servers do not reach each other.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Added to each entry.</summary>
    public TimeSpan Lag { get; set; }

    /// <summary>A copy of everything is the standby from now on.</summary>
    public void Attach()
    {
        foreach (var entry in _log) entry.IsReceived = true;
        _received = _log.Count;
    }

    /// <returns>Completes when the commit is as safe as it is going to be.</returns>
    public Task SendAsync(WalEntry entry)
    {
        _log.Add(entry);
        if (!IsReplaced && HasStandby) Deliver();
        else if (!IsReplaced) return Task.CompletedTask;
        return isSynchronous ? entry.Acknowledged.Task : Task.CompletedTask;
    }

    public void Cut()
    {
        scheduler.Log("replication is cut");
        IsCut = true;
    }

    public void Heal()
    {
        scheduler.Log("replication heals");
        (IsCut, Lag) = (false, TimeSpan.Zero);
        while (_held.TryDequeue(out var held)) scheduler.After(dice.Time(0.1, 5), null, null, held);
    }

    /// <summary>The primary crashed. What a standby does not have was not on the disk either, unless commits do not wait for it.</summary>
    public void Break()
    {
        _life++;
        _held.Clear();
        foreach (var entry in _log.Where(entry => !entry.IsApplied)) entry.Acknowledged.TrySetException(new SessionLostException());
        if (isSynchronous) _log.RemoveAll(entry => !entry.IsApplied && !entry.IsReceived);
    }

    /// <summary>The primary is back.</summary>
    /// <returns>What was on its disk and is not done yet.</returns>
    public IReadOnlyList<WalEntry> Resume()
    {
        if (!IsReplaced && HasStandby)
        {
            for (var n = _received; n < _log.Count; n++) Deliver();
        }
        return [.. _log.Where(entry => entry.IsReceived && !entry.IsApplied)];
    }

    /// <summary>The standby becomes a primary.</summary>
    /// <returns>What it has, and what it has not.</returns>
    public (IReadOnlyList<WalEntry> Kept, IReadOnlyList<WalEntry> Lost) Promote()
    {
        IsReplaced = true;
        return (_log[.._received], _log[_received..]);
    }

    private void Deliver()
    {
        _last = Math.Max(_last, scheduler.Now + (Lag + dice.Time(0.1, dice.Happens(0.1) ? 60 : 3)).Ticks);
        var life = _life;
        scheduler.After(TimeSpan.FromTicks(_last - scheduler.Now), null, null, () => Receive(life));
    }

    private void Receive(int life)
    {
        if (life != _life || IsReplaced) return;
        if (IsCut)
        {
            _held.Enqueue(() => Receive(life));
            return;
        }
        var entry = _log[_received++];
        entry.IsReceived = true;
        _lastBack = Math.Max(_lastBack, scheduler.Now + dice.Time(0.1, 2).Ticks);
        scheduler.After(TimeSpan.FromTicks(_lastBack - scheduler.Now), null, null, () => Acknowledge(entry, life));
    }

    private void Acknowledge(WalEntry entry, int life)
    {
        if (life != _life) return;
        if (IsCut) _held.Enqueue(() => Acknowledge(entry, life));
        else entry.Acknowledged.TrySetResult();
    }
}
