using Nexus.Engine;

namespace Nexus.Failover;

/// <summary>One record's change in a batch: an entry, or several in a row that compose into one.</summary>
internal sealed class ReplayItem(OutboxEntry entry)
{
    public List<OutboxEntry> Parts { get; } = [entry];

    public Write Write { get; private set; } = entry.Write!;

    public OutboxEntry First => Parts[0];

    public OutboxEntry Last => Parts[^1];

    public WriteKey Key => First.Key;

    /// <summary>The older version that this one replaces is in the list of conflicts already.</summary>
    public bool IsOlderParked { get; set; }

    public bool TryAdd(OutboxEntry next)
    {
        if (First.IsForced || next.IsForced || First.IsUnsure || next.IsUnsure || Write.Compose(next.Write!) is not { } both) return false;
        Write = both;
        Parts.Add(next);
        return true;
    }
}

/// <summary>Entries that go to PostgreSQL in one transaction: each record once, and all entries up to a place.</summary>
internal sealed class ReplayBatch
{
    /// <summary>Rows in a transaction at most.</summary>
    private const int MaxItems = 2000;

    public List<ReplayItem> Items { get; } = [];

    /// <summary>The last entry's place.</summary>
    public long Through { get; private set; }

    /// <summary>Cuts entries into batches, in order. An entry without a write is left out: it cannot be replayed.</summary>
    /// <param name="compose">Whether writes to one record become one where their kind allows it.</param>
    public static IEnumerable<ReplayBatch> Cut(IEnumerable<OutboxEntry> entries, bool compose)
    {
        var batch = new ReplayBatch();
        Dictionary<WriteKey, ReplayItem> items = [];
        foreach (var entry in entries)
        {
            if (entry.Write is null) continue;
            if (items.TryGetValue(entry.Key, out var item) && compose && item.TryAdd(entry))
            {
                batch.Through = entry.Sequence;
                continue;
            }
            if (item is not null || items.Count == MaxItems)
            {
                yield return batch;
                (batch, items) = (new ReplayBatch(), []);
            }
            items.Add(entry.Key, item = new ReplayItem(entry));
            batch.Items.Add(item);
            batch.Through = entry.Sequence;
        }
        if (batch.Items.Count > 0) yield return batch;
    }
}
