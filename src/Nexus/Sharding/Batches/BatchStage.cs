namespace Nexus.Sharding;

/// <summary>How far an atomic batch over several shards has come. Tests stop a process here.</summary>
internal enum BatchStage
{
    /// <summary>The writes are executed on every shard, and nothing is prepared.</summary>
    Executed,

    /// <summary>One more server has prepared its part.</summary>
    Prepared,

    /// <summary>The transaction of the home shard is committed, and with it the batch.</summary>
    Decided,

    /// <summary>One more server has committed its part.</summary>
    Committed,
}
