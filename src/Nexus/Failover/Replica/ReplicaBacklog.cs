using Nexus.Engine;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>A write, or several composed, as PostgreSQL applied it: what makes the same of the same record.</summary>
/// <param name="From">The record's version before it.</param>
/// <param name="Version">The version after it.</param>
internal readonly record struct AppliedWrite(Write Write, long From, long Version, DateTimeOffset At)
{
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
internal sealed class ReplicaBacklog
{
    /// <summary>Records at most; beyond that whole tables are compared, so memory is bounded.</summary>
    private const int MaxRecords = 50_000;

    /// <summary>Changes of one record that do not compose; more of them cost more than reading it.</summary>
    private const int MaxPartial = 64;

    /// <summary>The size limit of the writes that are kept for the replica; beyond that their records are read.</summary>
    private const long MaxBytes = 32 * 1024 * 1024;

    private readonly Lock _gate = new();
    private long _bytes;
    private Dictionary<WriteKey, ReplicaChange> _records = [];
    private HashSet<RecordTable> _tables = [];

    /// <summary>Writes noted so far.</summary>
    public long Writes { get; private set; }

    /// <summary>Notes what was applied through this process.</summary>
    public void Applied(IReadOnlyList<Write> writes, WriteOutcome[] outcomes)
    {
        lock (_gate)
        {
            Writes += outcomes.Length;
            for (var n = 0; n < outcomes.Length; n++)
            {
                if (outcomes[n].Status == WriteStatus.Applied) Add(writes[n], outcomes[n]);
                else if (outcomes[n].Status is WriteStatus.AlreadyApplied or WriteStatus.Failed) AddUnread(writes[n].Key);
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
                if (RecordTables.Find(change.Table) is not { } table) continue;
                if (change.Id == StateChange.Everything) _tables.Add(table);
                else AddUnread(new WriteKey(table, change.Id));
            }
        }
    }

    /// <summary>Every table must be compared.</summary>
    public void Everything()
    {
        lock (_gate)
        {
            (_records, _tables, _bytes) = ([], [.. RecordTables.All], 0);
        }
    }

    /// <summary>Whether the replica is known to lack a change of the record.</summary>
    public bool IsUncertain(WriteKey key)
    {
        lock (_gate) return _records.TryGetValue(key, out var record) && record.MustBeRead;
    }

    /// <summary>Takes what waits.</summary>
    public (Dictionary<WriteKey, ReplicaChange> Records, HashSet<RecordTable> Tables) Take()
    {
        lock (_gate)
        {
            var (records, tables) = (_records, _tables);
            (_records, _tables, _bytes) = ([], [], 0);
            return (records, tables);
        }
    }

    /// <summary>What was taken is not, or not certainly, in the replica as it is in PostgreSQL: these records must be read.</summary>
    public void Return(IEnumerable<WriteKey> keys, IEnumerable<RecordTable> tables)
    {
        lock (_gate)
        {
            foreach (var key in keys) AddUnread(key);
            foreach (var table in tables) _tables.Add(table);
        }
    }

    private void Add(Write write, WriteOutcome outcome)
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
        else if (write.ReplacesRecord && !isOneOfSeveral) Begin(record, write, outcome);
        else if (record.MustBeRead && record.Applied.Count == 0 && !write.ReplacesRecord) return;
        else if (record.Applied.Count == MaxPartial || (record.Applied.Count > 0 && !isOneOfSeveral && !Follows(record.Applied[^1], outcome)))
            Lose(record);
        else Append(record.Applied, AppliedWrite.Of(write, outcome));
    }

    private static void Append(List<AppliedWrite> applied, AppliedWrite next)
    {
        if (applied.Count > 0 && !applied[^1].Write.ReplacesRecord && applied[^1].Write.WithoutCondition()
            .Compose(next.Write.WithoutCondition()) is { } both)
            applied[^1] = next with { Write = both, From = applied[^1].From };
        else applied.Add(next);
    }

    private static void Begin(ReplicaChange record, Write write, WriteOutcome outcome)
    {
        // Calls that bypass the queue may be noted in another order than they were committed.
        if (record.Applied.Count > 0 && !(write.IsRemoval ? outcome.Version == record.Applied[^1].Version : Follows(record.Applied[^1], outcome)))
            record.MustBeRead = true;
        record.Applied.Clear();
        record.Applied.Add(AppliedWrite.Of(write, outcome));
    }

    private static bool Follows(AppliedWrite last, WriteOutcome next) => last.Write.IsRemoval ? next.Version == 1 : next.Version == last.Version + 1;

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
        if (_records.Count >= MaxRecords)
        {
            _tables.Add(key.Table);
            return null;
        }
        _records.Add(key, record = new ReplicaChange());
        return record;
    }
}
