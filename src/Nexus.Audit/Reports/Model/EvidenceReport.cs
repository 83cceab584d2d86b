namespace Nexus.Audit;

/// <summary>A named number or text behind a finding. Never a stored value of the audited tables.</summary>
public sealed record EvidenceReport
{
    /// <summary>A stable name in camelCase.</summary>
    public required string Name { get; init; }

    /// <summary>The name for people.</summary>
    public required string Label { get; init; }

    /// <summary>The number; null for a text.</summary>
    public double? Value { get; init; }

    /// <summary>The text; null for a number.</summary>
    public string? Text { get; init; }

    /// <summary>The unit of the number, such as <c>ms</c>, <c>/s</c>, <c>bytes</c> or <c>%</c>; empty for a count or ratio.</summary>
    public required string Unit { get; init; }
}
