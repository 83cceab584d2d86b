using Nexus.Engine;
using Nexus.Postgres;
using Nexus.Sharding;

namespace Nexus.Simulation;

/// <summary>A changed row of leaving buckets, as the trigger of a move notes it.</summary>
internal readonly record struct LeavingNote(long Number, Guid Move, string Table, string Key);

/// <summary>
/// What a server of shards keeps beside its records: its buckets, the notes of a move, and, on the home shard, the map and the journal.
/// </summary>
internal sealed class ModelShard
{
    private long _notes;

    /// <param name="number">0 for the home shard.</param>
    /// <param name="record">Its buckets.</param>
    /// <param name="wait">Lets time pass on the server.</param>
    /// <param name="now">The time, in ticks.</param>
    public ModelShard(int number, ShardRecord record, Func<TimeSpan, Task> wait, Func<long> now)
    {
        (Number, Record) = (number, record);
        (Lock, MapLock) = (new TableLock(wait, now), new TableLock(wait, now));
    }

    public int Number { get; }

    public ShardRecord Record
    {
        get;
        set
        {
            field = value;
            Changed();
        }
    }

    /// <summary>Called when it has got or given buckets.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>Of <c>nexus_shard</c>: each read and write of the shard has it.</summary>
    public TableLock Lock { get; }

    public bool HasTriggers { get; set; }

    /// <summary>The move whose rows are noted.</summary>
    public ShardMove? Leaving { get; set; }

    public List<LeavingNote> Notes { get; } = [];

    /// <summary>On the home shard: the map.</summary>
    public List<ShardRow> Map { get; set; } = [];

    public TableLock MapLock { get; }

    /// <summary>On the home shard: the move that runs or was interrupted.</summary>
    public ShardMove? Move { get; set; }

    /// <summary>The session that has the right to move.</summary>
    public ModelShardSession? Mover { get; set; }

    /// <summary>Whether buckets are checked; only a planted defect does not.</summary>
    public bool IsChecked { get; init; } = true;

    /// <summary>What the transaction of a batch does at the shard before it commits: its lock keeps the buckets as they are.</summary>
    /// <returns>The move whose rows it notes.</returns>
    public async Task<ShardMove?> HoldAsync(ModelTransaction transaction, IEnumerable<Write> writes)
    {
        await Lock.TakeAsync(transaction, MoveLock.Look, limit: null).ConfigureAwait(false);
        if (IsChecked && ShardGuard.BucketsOf(writes).Any(bucket => !Record.Buckets.Contains(bucket)))
            throw ModelErrors.Refused(StaleShardMapException.SqlState);
        return HasTriggers ? Leaving : null;
    }

    /// <summary>The same for a read that was routed by a map with this epoch.</summary>
    public void Check(long epoch)
    {
        if (Record.Epoch != epoch) throw new StaleShardMapException("the shard has other buckets than the map that the read was routed by");
    }

    public void Note(ShardMove? leaving, IReadOnlyList<CommittedChange> changes)
    {
        if (leaving is null) return;
        foreach (var change in changes)
        {
            if (ModelRows.BucketOf(change.Key) is { } bucket && leaving.Buckets.Contains(bucket))
                Notes.Add(new LeavingNote(++_notes, leaving.Id, change.Key.Table.Name, change.Key.Id));
        }
    }

    public long LastNote => _notes;

    public void Release(ModelTransaction transaction)
    {
        Lock.Release(transaction);
        MapLock.Release(transaction);
    }

    public void Clear()
    {
        Lock.Clear();
        MapLock.Clear();
        Mover = null;
    }
}
