namespace Nexus.Audit;

/// <summary>A finding that another one represents, because both have the same cause.</summary>
public sealed record RelatedReport
{
    /// <summary>The id of its check.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about.</summary>
    public required string Object { get; init; }

    /// <summary>What was found, in one sentence.</summary>
    public required string Found { get; init; }
}
