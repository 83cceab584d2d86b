namespace Nexus.Operations.Alerts;

/// <summary>An alert in a message.</summary>
internal sealed record AlertNotice
{
    public required string Rule { get; init; }

    public required AlertSeverity Severity { get; init; }

    public required Dictionary<string, string> Labels { get; init; }

    public required double Value { get; init; }

    public required DateTimeOffset FiredAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public required string Summary { get; init; }

    public required string Remedy { get; init; }

    public string Unit { get; init; } = "";
}
