using Nexus.Engine;

namespace Nexus.Postgres;

/// <summary>
/// The announcements of batches that do not announce themselves, from before a batch is sent until its commit status is known. While that takes long,
/// or if it stays unknown, its records are announced with each heartbeat: the commit may have happened, or happen yet.
/// </summary>
internal sealed class BatchNotices(TimeProvider clock)
{
    /// <summary>
    /// A batch that takes longer to reach its commit announces itself in its transaction. That it does is decided in the server, so it also holds for
    /// a batch whose instance has died (<see cref="ChangeNotifier.ToCommand"/>).
    /// </summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly PendingChanges _pending = new();
    private readonly HashSet<BatchNotice> _open = [];
    private readonly PendingChanges _doubtful = new();
    private long _doubtfulUntil;

    /// <summary>Whether a commit may still happen that is not announced.</summary>
    public bool HasOpen
    {
        get { lock (_gate) return _open.Count > 0 || IsDoubtful; }
    }

    private bool IsDoubtful => _doubtful.Count > 0 && clock.GetTimestamp() < _doubtfulUntil;

    /// <summary>A batch is about to be sent.</summary>
    public BatchNotice Begin(StateChange[] records)
    {
        var notice = new BatchNotice(this, records, clock.GetTimestamp());
        lock (_gate) _open.Add(notice);
        return notice;
    }

    /// <summary>Takes what is to be announced now.</summary>
    public StateChange[] Take()
    {
        lock (_gate) return _pending.Take();
    }

    /// <summary>Puts back what could not be announced.</summary>
    public void Return(StateChange[] changes)
    {
        lock (_gate) _pending.Add(changes);
    }

    /// <summary>Adds the records whose commit is not known for too long to those to announce.</summary>
    /// <returns>Those records.</returns>
    public IReadOnlyList<StateChange> AddUnknown()
    {
        lock (_gate)
        {
            if (_doubtful.Count > 0 && !IsDoubtful) _doubtful.Take();
            List<StateChange> unknown = [.. _doubtful.List()];
            foreach (var batch in _open)
            {
                if (clock.GetElapsedTime(batch.Began) >= LateAfter) unknown.AddRange(batch.Records);
            }
            _pending.Add(unknown);
            return unknown;
        }
    }

    public void End(BatchNotice batch, IReadOnlyList<StateChange> changes, bool isUnknown)
    {
        lock (_gate)
        {
            if (!_open.Remove(batch)) return;
            _pending.Add(changes);
            if (!isUnknown) return;
            _doubtful.Add(changes);
            _doubtfulUntil = clock.GetTimestamp() + (long)(PeerSequences.DoubtFor.TotalSeconds * clock.TimestampFrequency);
        }
    }
}

/// <summary>The announcement of one batch. Disposed of without an outcome, its commit status is unknown.</summary>
/// <param name="notices">Where it is kept.</param>
/// <param name="records">Those that the batch may change.</param>
/// <param name="began">When, by the clock's timestamps.</param>
internal sealed class BatchNotice(BatchNotices notices, StateChange[] records, long began) : IDisposable
{
    public IReadOnlyList<StateChange> Records => records;

    public long Began => began;

    /// <param name="changes">What the batch has changed.</param>
    public void Committed(IReadOnlyList<StateChange> changes) => notices.End(this, changes, isUnknown: false);

    /// <summary>Nothing was committed, nor will be.</summary>
    public void NotCommitted() => notices.End(this, [], isUnknown: false);

    public void Dispose() => notices.End(this, records, isUnknown: true);
}
