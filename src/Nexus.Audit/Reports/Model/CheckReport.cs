namespace Nexus.Audit;

/// <summary>A check that was run.</summary>
public sealed record CheckReport
{
    /// <summary>Such as <c>C1</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The name of its group.</summary>
    public required string Group { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>Its outcome.</summary>
    public CheckStatus Status { get; init; }

    /// <summary>The severity of its worst finding; null without findings.</summary>
    public AuditSeverity? Severity { get; init; }

    /// <summary>The number of its findings.</summary>
    public int FindingCount { get; init; }

    /// <summary>What could not be examined. It may be present together with findings.</summary>
    public required IReadOnlyList<NotSeenReport> NotSeen { get; init; }

    /// <summary>Which numbers lead to which severity.</summary>
    public required string SeverityRule { get; init; }

    /// <summary>The command that prints the page about the check.</summary>
    public required string Docs { get; init; }

    /// <summary>What is in order; null when something was found or could not be examined.</summary>
    public string? Positive { get; init; }

    /// <summary>The checks whose findings represent some of this one's; null without any.</summary>
    public IReadOnlyList<string>? FoundIn { get; init; }
}
