using Nexus.Engine;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>One comparison of a table, from its first record to its last.</summary>
/// <param name="table">Which one.</param>
/// <param name="horizon">What the ranges behind <see cref="Cursor"/> will have; null where the server cannot tell.</param>
/// <param name="expected">How many records the server's statistics count.</param>
internal sealed class ReplicaPass(RecordTable table, long? horizon, long expected)
{
    public RecordTable Table => table;

    public long? Horizon => horizon;

    /// <summary>The last place that was compared; empty at the start.</summary>
    public string Cursor { get; private set; } = "";

    /// <summary>Records that were compared.</summary>
    public long Records { get; private set; }

    /// <summary>Records of the table, as far as that is known.</summary>
    public long Expected => IsComplete ? Records : Math.Max(Records, expected);

    public bool IsComplete => Cursor == RecordStamp.End;

    /// <summary>
    /// Whether the next range is listed at once: the one before held records that this process wrote, whose writes are compared one by one.
    /// </summary>
    public bool IsListing { get; set; }

    public void Advance(string through, long records) => (Cursor, Records) = (through, Records + records);
}
