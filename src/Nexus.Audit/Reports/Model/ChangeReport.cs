namespace Nexus.Audit;

/// <summary>A finding that changed.</summary>
public sealed record ChangeReport
{
    /// <summary>The id of its check.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about.</summary>
    public required string Object { get; init; }

    /// <summary>The earlier severity; null for a new finding.</summary>
    public AuditSeverity? Before { get; init; }

    /// <summary>The present severity; null for one that is gone.</summary>
    public AuditSeverity? Now { get; init; }
}
