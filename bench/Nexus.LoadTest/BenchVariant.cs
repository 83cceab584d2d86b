namespace Nexus.LoadTest;

/// <summary>An implementation of the same work.</summary>
public enum BenchVariant
{
    /// <summary>Through the library: pool, queue, cache, sealing, versions.</summary>
    Nexus,

    /// <summary>A careful program without a queue: pool, prepared statements, one statement per operation.</summary>
    Pooled,

    /// <summary>The state that the audit found: a new connection for every operation, nothing prepared.</summary>
    Naive,
}
