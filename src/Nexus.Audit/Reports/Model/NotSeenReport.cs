namespace Nexus.Audit;

/// <summary>Something that a check could not examine.</summary>
public sealed record NotSeenReport
{
    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The statement that allows it; null when none does.</summary>
    public string? Grant { get; init; }
}
