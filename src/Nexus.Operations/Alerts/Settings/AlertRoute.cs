namespace Nexus.Operations.Alerts;

/// <summary>Alerts and the notifiers that get them.</summary>
/// <param name="Severity">Only alerts of this severity; null for all.</param>
/// <param name="Rule">Only alerts of this rule; an asterisk at the end matches any ending; null for all.</param>
/// <param name="Notifiers">Names of notifiers; none: nobody is notified.</param>
public sealed record AlertRoute(AlertSeverity? Severity, string? Rule, IReadOnlyList<string> Notifiers)
{
    internal bool Matches(TrackedAlert alert) =>
        (Severity is null || Severity == alert.Severity) && (Rule is null || NamePattern.Matches(Rule, alert.Rule));
}
