namespace Nexus.Operations.Alerts;

/// <summary>An alert for which a notification was sent and that is not resolved yet.</summary>
internal sealed record ToldAlert
{
    public required AlertNotice Notice { get; init; }

    public required DateTimeOffset ToldAt { get; init; }

    /// <summary>The notifiers that got the notification, and get that of the end.</summary>
    public required List<string> Notifiers { get; init; }
}
