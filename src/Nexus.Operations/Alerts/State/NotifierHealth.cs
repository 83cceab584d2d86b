namespace Nexus.Operations.Alerts;

/// <summary>How a notifier fares.</summary>
internal sealed record NotifierHealth
{
    public DateTimeOffset? FailingSince { get; init; }

    public string? Error { get; init; }

    /// <summary>The receiver accepts no more messages. A change of the notifier's settings, or a successful test, enables it again.</summary>
    public bool Disabled { get; init; }

    /// <summary>Of the settings for which it is disabled.</summary>
    public string? Settings { get; init; }
}
