namespace Nexus.Simulation;

/// <summary>A defect of moves of buckets.</summary>
internal abstract class MovePlant(MoveParts parts) : Plant
{
    public override WorldKind World => WorldKind.Shards;

    public override MoveParts Moves { get; } = parts;
}

/// <summary>The last step of a move does not keep readers and writers waiting.</summary>
internal sealed class HoldNotTaken() : MovePlant(new Parts())
{
    private sealed class Parts : MoveParts
    {
        public override bool TakesHold => false;
    }
}

/// <summary>A shard takes writes to buckets that are not its own, from instances with an old map.</summary>
internal sealed class BucketsNotChecked() : MovePlant(new Parts())
{
    private sealed class Parts : MoveParts
    {
        public override bool ChecksBuckets => false;
    }
}

/// <summary>Who settles an interrupted move leaves the rows of the buckets on the source.</summary>
internal sealed class SettlementForgetsRows() : MovePlant(new Parts())
{
    private sealed class Parts : MoveParts
    {
        public override bool RemovesBuckets => false;
    }
}

/// <summary>With the notes that were followed, those go that came since.</summary>
internal sealed class LaterNotesRemoved() : MovePlant(new Parts())
{
    private sealed class Parts : MoveParts
    {
        public override bool KeepsLaterNotes => false;
    }
}
