namespace Nexus.Operations.Alerts;

/// <summary>The alerts and notifiers as they are shown, replaced as a whole after each round.</summary>
internal sealed class AlertViews
{
    private IReadOnlyList<AlertView> _alerts = [];
    private IReadOnlyList<NotifierView> _notifiers = [];

    public IReadOnlyList<AlertView> Alerts => Volatile.Read(ref _alerts);

    public IReadOnlyList<NotifierView> Notifiers => Volatile.Read(ref _notifiers);

    public void Show(
        IEnumerable<TrackedAlert> alerts, AlertSettings settings, IReadOnlyList<Silence> silences, LeaderBook book, DateTimeOffset now)
    {
        Volatile.Write(ref _alerts, [.. alerts.Select(alert => View(alert, settings, silences, now)).OrderBy(view => view.State switch
            {
                AlertState.Firing => 0,
                AlertState.Pending => 1,
                _ => 2,
            }).ThenByDescending(view => view.Severity).ThenByDescending(view => view.Since).ThenBy(view => view.Rule, StringComparer.Ordinal)]);
        ShowNotifiers(settings, book);
    }

    public void ShowNotifiers(AlertSettings settings, LeaderBook book) => Volatile.Write(ref _notifiers, [.. settings.Notifiers.Select(notifier =>
    {
        var health = book.Notifiers.GetValueOrDefault(notifier.Name);
        return new NotifierView(notifier.Name, notifier.Type, book.Deliveries.Count(delivery => delivery.Notifier == notifier.Name),
            health?.FailingSince, health is { Disabled: true } && health.Settings == notifier.ToString(), health?.Error);
    })]);

    private static AlertView View(TrackedAlert alert, AlertSettings settings, IReadOnlyList<Silence> silences, DateTimeOffset now)
    {
        var rule = settings.Rules.FirstOrDefault(rule => rule.Name == alert.Rule);
        return new AlertView(
            alert.Rule, alert.Severity, alert.State, alert.Labels, alert.Value, rule?.Unit ?? "", rule?.Threshold ?? 0, alert.ActiveAt, alert.FiredAt,
            alert.ResolvedAt, NotificationPlanner.SilenceOf(alert, settings, silences, now)?.Until, rule?.Summary ?? "", rule?.Remedy ?? "");
    }
}
