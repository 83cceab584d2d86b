namespace Nexus.LoadTest;

/// <summary>A way of doing the same work.</summary>
public enum BenchVariant
{
    /// <summary>Through the library: pool, queue, cache, sealing, versions.</summary>
    Nexus,

    /// <summary>A careful program without the queue: pool, prepared statements, one statement an operation.</summary>
    Pooled,

    /// <summary>As the audit found it: a connection for every operation, nothing prepared.</summary>
    Naive,
}

/// <summary>The load test's settings.</summary>
public sealed record BenchOptions
{
    /// <summary>The database, in any form that <see cref="NexusOptions.Database"/> accepts. The test works in schemas of its own there and drops them.</summary>
    public required string Database { get; init; }

    /// <summary>Users at work at the same time, 1 to 100,000.</summary>
    public int Users { get; init; } = 1000;

    /// <summary>How long each way is measured, 1 s or more.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long each way works before it is measured, 0 or more: the runtime compiles for speed what it has run for some seconds, pools and caches fill. What is
    /// acknowledged meanwhile must be there at the end, too.
    /// </summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Sessions in the table before the test begins, at least <see cref="Users"/>.</summary>
    public int Sessions { get; init; } = 10_000;

    /// <summary>Which ways, in this order.</summary>
    public IReadOnlyList<BenchVariant> Ways { get; init; } = [BenchVariant.Nexus, BenchVariant.Pooled, BenchVariant.Naive];

    /// <summary>Seed of the users' choices.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>Where the test stands.</summary>
/// <param name="Way">The way at work.</param>
/// <param name="Phase"><c>prepare</c>, <c>run</c> (the warm-up too), <c>verify</c> or <c>clean up</c>.</param>
/// <param name="Share">0 to 1 of the phase.</param>
/// <param name="Operations">Done so far in the phase.</param>
public readonly record struct BenchProgress(BenchVariant Way, string Phase, double Share, long Operations);
