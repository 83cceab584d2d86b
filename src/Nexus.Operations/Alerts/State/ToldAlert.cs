namespace Nexus.Operations.Alerts;

/// <summary>An alert that was told about and is not resolved yet.</summary>
internal sealed record ToldAlert
{
    public required AlertNotice Notice { get; init; }

    public required DateTimeOffset ToldAt { get; init; }

    /// <summary>Who was told, and is told the end.</summary>
    public required List<string> Notifiers { get; init; }
}
