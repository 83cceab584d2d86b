namespace Nexus.LoadTest;

/// <summary>The load test's settings.</summary>
public sealed record BenchOptions
{
    /// <summary>
    /// The database, in any form that <see cref="NexusOptions.Database"/> accepts. The test creates separate schemas there and drops them.
    /// </summary>
    public required string Database { get; init; }

    /// <summary>Concurrent users, 1 to 100,000.</summary>
    public int Users { get; init; } = 1000;

    /// <summary>How long each variant is measured, 1 s or more.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long each variant runs before it is measured, 0 or more: the runtime optimises hot code after some seconds, and pools and caches fill.
    /// Writes that are acknowledged meanwhile are verified, too.
    /// </summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Sessions in the table before the test starts, at least <see cref="Users"/>.</summary>
    public int Sessions { get; init; } = 10_000;

    /// <summary>The variants, in this order.</summary>
    public IReadOnlyList<BenchVariant> Variants { get; init; } = [BenchVariant.Nexus, BenchVariant.Pooled, BenchVariant.Naive];

    /// <summary>Seed of the users' choices.</summary>
    public int Seed { get; init; } = 1;
}
