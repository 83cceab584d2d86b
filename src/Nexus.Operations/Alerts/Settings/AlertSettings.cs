namespace Nexus.Operations.Alerts;

/// <summary>The settings of the alerts: docs/alerts.md.</summary>
public sealed record AlertSettings
{
    /// <summary>Without a file: the built-in rules, with notifications in the log.</summary>
    public static AlertSettings Default { get; } = new();

    /// <summary>The rules in use, with changed thresholds and custom rules.</summary>
    public IReadOnlyList<AlertRule> Rules { get; init; } = RuleCatalogue.All;

    /// <summary>How often a notification about an alert that still fires is sent again, from 1 minute to 30 days. Default 4 h.</summary>
    public TimeSpan Repeat { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How long a new alert waits for others of its group, up to an hour. Default 15 s.</summary>
    public TimeSpan GroupWait { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What alerts must have in common to share one message: <c>severity</c>, <c>rule</c> or a label. Default severity.</summary>
    public IReadOnlyList<string> GroupBy { get; init; } = ["severity"];

    /// <summary>When less urgent alerts wait.</summary>
    public IReadOnlyList<QuietHours> QuietHours { get; init; } = [];

    /// <summary>Who is notified of what: the first route that matches. Without routes every notifier gets every alert.</summary>
    public IReadOnlyList<AlertRoute> Routes { get; init; } = [];

    /// <summary>Silences of the file.</summary>
    public IReadOnlyList<Silence> Silences { get; init; } = [];

    /// <summary>The notifiers.</summary>
    public IReadOnlyList<NotifierSettings> Notifiers { get; init; } = [new LogNotifierSettings { Name = "log" }];

    /// <summary>The notifiers for subscriptions that end soon. Default none.</summary>
    public IReadOnlyList<string> SubscriptionNotifiers { get; init; } = [];

    /// <summary>The notifiers of an alert.</summary>
    internal IReadOnlyList<string> NotifiersOf(TrackedAlert alert) => Routes.Count == 0
        ? [.. Notifiers.Select(notifier => notifier.Name)]
        : Routes.FirstOrDefault(route => route.Matches(alert))?.Notifiers ?? [];

    /// <summary>Whether an alert waits at this moment.</summary>
    internal bool IsQuiet(AlertSeverity severity, DateTimeOffset now) =>
        QuietHours.Any(hours => hours.Severities.Contains(severity) && hours.Contains(now));
}
