using Nexus.Engine;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>A write, or several composed, as PostgreSQL applied it: what makes the same of the same record.</summary>
/// <param name="From">The record's version before it.</param>
/// <param name="Version">The version after it.</param>
internal readonly record struct AppliedWrite(Write Write, long From, long Version, DateTimeOffset At)
{
    /// <summary>The replica may have it already, so a later write is not composed with it: the replica would not take both as one.</summary>
    public bool IsApart { get; init; }

    public static AppliedWrite Of(Write write, WriteOutcome outcome) => new(write, outcome.Version - 1, outcome.Version, outcome.At);
}

/// <summary>What changed one record since the last sync.</summary>
internal sealed class ReplicaChange
{
    /// <summary>What this process did to it, in order, as far as that is known without a gap.</summary>
    public List<AppliedWrite> Applied { get; } = new(1);

    /// <summary>Others may have changed it, too: only reading it tells.</summary>
    public bool MustBeRead { get; set; }
}

/// <summary>
/// Changes that the replica lacks. The write path only records them here; many writes to a record become one change of the replica.
/// </summary>
/// <param name="tables">The tables that the replica holds; changes of others are not noted.</param>
internal sealed class ReplicaBacklog(IReadOnlyList<RecordTable> tables)
{
    /// <summary>Records at most; beyond that whole tables are compared, so memory is bounded.</summary>
    private const int MaxRecords = 50_000;

    /// <summary>Changes of one record that do not compose; more of them cost more than reading it.</summary>
    private const int MaxPartial = 64;

    /// <summary>The size limit of the writes that are kept for the replica; beyond that their records are read.</summary>
    private const long MaxBytes = 32 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly HashSet<RecordTable> _copied = [.. tables];
    private readonly Dictionary<long, (long Takes, bool IsReading)> _calls = [];
    private long _lastCall;
    private long _takes;
    private int _readers;
    private long _bytes;
    private Dictionary<WriteKey, ReplicaChange> _records = [];
    private HashSet<RecordTable> _tables = [];

    /// <summary>Writes noted so far.</summary>
    public long Writes { get; private set; }

    /// <summary>Whether tables wait to be compared.</summary>
    public bool HasTables
    {
        get
        {
            lock (_gate) return _tables.Count > 0;
        }
    }

    /// <summary>The last call that has begun.</summary>
    public long LastCall
    {
        get
        {
            lock (_gate) return _lastCall;
        }
    }

    /// <summary>Writes are about to be sent to PostgreSQL. <see cref="End"/> follows whatever comes of them.</summary>
    /// <returns>The number of the call.</returns>
    public long Begin()
    {
        lock (_gate)
        {
            _calls.Add(++_lastCall, (_takes, _readers > 0));
            return _lastCall;
        }
    }

    /// <summary>The call is over, and <see cref="Applied"/> has noted what it wrote.</summary>
    public void End(long call)
    {
        lock (_gate) _calls.Remove(call);
    }

    /// <summary>Whether a call is still open that began at or before another one.</summary>
    public bool IsOpen(long call)
    {
        lock (_gate) return _calls.Keys.Any(open => open <= call);
    }

    /// <summary>Notes what was applied through this process.</summary>
    /// <param name="call">The number of the call.</param>
    /// <param name="writes">What was sent.</param>
    /// <param name="outcomes">What came of it.</param>
    public void Applied(long call, IReadOnlyList<Write> writes, WriteOutcome[] outcomes)
    {
        lock (_gate)
        {
            Writes += outcomes.Length;
            // Since the writes were sent, a later change of another instance may have been read into the replica. They would undo it there.
            var isLate = !_calls.TryGetValue(call, out var begun) || begun.Takes != _takes;
            var isApart = isLate || begun.IsReading || _readers > 0;
            for (var n = 0; n < outcomes.Length; n++)
            {
                var status = outcomes[n].Status;
                if (status == WriteStatus.Applied) Add(writes[n], AppliedWrite.Of(writes[n], outcomes[n]) with { IsApart = isApart });
                if (status is WriteStatus.AlreadyApplied or WriteStatus.Failed || (isLate && status == WriteStatus.Applied)) AddUnread(writes[n].Key);
            }
        }
    }

    /// <summary>Something changed the records and only reading them tells what.</summary>
    public void Changed(IReadOnlyList<StateChange> changes)
    {
        lock (_gate)
        {
            foreach (var change in changes)
            {
                if (RecordTables.Find(change.Table) is not { } table || !_copied.Contains(table)) continue;
                if (change.Id == StateChange.Everything) _tables.Add(table);
                else AddUnread(new WriteKey(table, change.Id));
            }
        }
    }

    /// <summary>Every table must be compared, and what this process wrote is applied before.</summary>
    public void AllTables()
    {
        lock (_gate) _tables.UnionWith(tables);
    }

    /// <summary>Every table must be compared. Nothing that this process wrote is missing from the replica.</summary>
    public void Everything()
    {
        lock (_gate)
        {
            (_records, _tables, _bytes) = ([], [.. tables], 0);
        }
    }

    /// <summary>Whether the replica is known to lack a change of the record.</summary>
    public bool IsUncertain(WriteKey key)
    {
        lock (_gate) return _records.TryGetValue(key, out var record) && record.MustBeRead;
    }

    /// <summary>Takes what waits. Each call is followed by one of <see cref="EndReading"/>.</summary>
    public (Dictionary<WriteKey, ReplicaChange> Records, HashSet<RecordTable> Tables) Take()
    {
        lock (_gate)
        {
            var taken = (_records, _tables);
            (_records, _tables, _bytes) = ([], [], 0);
            _takes++;
            _readers++;
            return taken;
        }
    }

    /// <summary>The records and ranges that were taken are read, or will not be.</summary>
    public void EndReading()
    {
        lock (_gate) _readers--;
    }

    /// <summary>What was taken is not, or not certainly, in the replica as it is in PostgreSQL: these records must be read.</summary>
    public void Return(IEnumerable<WriteKey> keys, IEnumerable<RecordTable> uncompared)
    {
        lock (_gate)
        {
            foreach (var key in keys) AddUnread(key);
            foreach (var table in uncompared) _tables.Add(table);
        }
    }

    /// <summary>What was taken was not put into the replica: it precedes what was noted since.</summary>
    public void Return(Dictionary<WriteKey, ReplicaChange> records, IEnumerable<RecordTable> uncompared)
    {
        lock (_gate)
        {
            var later = _records;
            _records = records;
            foreach (var (key, change) in later)
            {
                if (records.TryGetValue(key, out var earlier)) Join(key, earlier, change);
                else records.Add(key, change);
            }
            _bytes = records.Values.Sum(record => record.Applied.Sum(applied => applied.Write.Size));
            foreach (var table in uncompared) _tables.Add(table);
        }
    }

    private static void Join(WriteKey key, ReplicaChange earlier, ReplicaChange later)
    {
        earlier.MustBeRead |= later.MustBeRead;
        if (later.Applied is not [var next, ..]) return;
        if (next.Write.ReplacesRecord && !key.Table.HasNamesakes) earlier.Applied.Clear();
        else if (earlier.Applied is [.., var last] && !key.Table.HasNamesakes && last.Version != next.From)
        {
            Lose(earlier);
            return;
        }
        earlier.Applied.AddRange(later.Applied);
    }

    private void Add(Write write, AppliedWrite applied)
    {
        var record = Find(write.Key);
        if (record is null) return;
        // Several trades may have one id, each with its own versions. They stay in the order in which they were written, and the replica checks each
        // version.
        var isOneOfSeveral = write.Table.HasNamesakes;
        _bytes += write.Size;
        if (_bytes > MaxBytes) Lose(record);
        // Neither version nor time shows the order.
        else if (write.KeepsVersion) record.MustBeRead = true;
        else if (write.ReplacesRecord && !isOneOfSeveral) Begin(record, applied);
        else if (record.Applied.Count == MaxPartial || (record.Applied.Count > 0 && !isOneOfSeveral && !Follows(record.Applied[^1], applied)))
            Lose(record);
        else Append(record.Applied, applied);
    }

    private static void Append(List<AppliedWrite> applied, AppliedWrite next)
    {
        if (applied.Count > 0 && applied[^1] is { IsApart: false, Write.ReplacesRecord: false } last
            && last.Write.WithoutCondition().Compose(next.Write.WithoutCondition()) is { } both)
            applied[^1] = next with { Write = both, From = last.From };
        else applied.Add(next);
    }

    private static void Begin(ReplicaChange record, AppliedWrite next)
    {
        // Calls that bypass the queue may be noted in another order than they were committed.
        if (record.Applied.Count > 0
            && !(next.Write.IsRemoval ? next.Version == record.Applied[^1].Version : Follows(record.Applied[^1], next)))
            record.MustBeRead = true;
        record.Applied.Clear();
        record.Applied.Add(next);
    }

    private static bool Follows(AppliedWrite last, AppliedWrite next) => last.Write.IsRemoval ? next.Version == 1 : next.Version == last.Version + 1;

    private static void Lose(ReplicaChange record)
    {
        record.Applied.Clear();
        record.MustBeRead = true;
    }

    private void AddUnread(WriteKey key)
    {
        if (Find(key) is { } record) record.MustBeRead = true;
    }

    /// <summary>Null when there is no room for another record: then its table is compared.</summary>
    private ReplicaChange? Find(WriteKey key)
    {
        if (_records.TryGetValue(key, out var record)) return record;
        if (!_copied.Contains(key.Table)) return null;
        if (_records.Count >= MaxRecords)
        {
            _tables.Add(key.Table);
            return null;
        }
        _records.Add(key, record = new ReplicaChange());
        return record;
    }
}
