using Nexus.Operations.Monitoring;

namespace Nexus.Operations.Alerts;

/// <summary>
/// The state machine of the alerts of some rules, with the semantics of Prometheus (rules/alerting.go, AlertingRule.Eval): pending until the
/// condition has held for the rule's time, then firing, resolved when it has been over for the rule's other time.
/// </summary>
/// <param name="instance">Added to each alert as the label <c>instance</c>; null for rules about what all instances share.</param>
internal sealed class AlertTracker(string? instance)
{
    /// <summary>More alerts at once are a broken rule or a hostile label; the others are counted only.</summary>
    public const int MaxAlerts = 200;

    /// <summary>How long a resolved alert is shown.</summary>
    private static readonly TimeSpan ShowResolved = TimeSpan.FromHours(1);

    /// <summary>Samples are not taken to the millisecond.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, TrackedAlert> _alerts = new(StringComparer.Ordinal);

    /// <summary>Every alert.</summary>
    public IReadOnlyCollection<TrackedAlert> Alerts => _alerts.Values;

    /// <summary>Alerts that were not tracked because there are too many.</summary>
    public long Refused { get; private set; }

    /// <summary>Takes over stored alerts.</summary>
    public void Restore(IEnumerable<TrackedAlert> alerts)
    {
        _alerts.Clear();
        foreach (var alert in alerts.Take(MaxAlerts)) _alerts[alert.Fingerprint] = alert;
    }

    /// <summary>Evaluates the rules. True if a state changed, and not only a value.</summary>
    public bool Update(IEnumerable<AlertRule> rules, MetricWindow window)
    {
        var (changed, now) = (false, window.Now);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            known.Add(rule.Name);
            var seen = rule.Condition.Evaluate(window).ToDictionary(sample => Fingerprint(rule, sample.Labels));
            // A firing alert goes on until the value is back on the good side of the second threshold.
            foreach (var sample in rule.Continues.Evaluate(window))
            {
                if (_alerts.GetValueOrDefault(Fingerprint(rule, sample.Labels)) is { State: AlertState.Firing } firing)
                    seen.TryAdd(firing.Fingerprint, sample);
            }
            foreach (var (fingerprint, sample) in seen) changed |= See(rule, fingerprint, sample, now);
            // After a start there are no rates yet: what is not measured is not over.
            var isMeasured = window.Length >= rule.Value.Reach + Settled;
            foreach (var alert in _alerts.Values.Where(alert => alert.Rule == rule.Name && !seen.ContainsKey(alert.Fingerprint)).ToList())
                changed |= (isMeasured || alert.State == AlertState.Resolved) && Miss(rule.KeepFiring, alert, now);
        }
        // A rule that was switched off ends its alerts.
        foreach (var alert in _alerts.Values.Where(alert => !known.Contains(alert.Rule)).ToList()) changed |= Miss(TimeSpan.Zero, alert, now);
        return changed;
    }

    private string Fingerprint(AlertRule rule, MetricLabels labels) => $"{rule.Name}{WithInstance(labels)}";

    private MetricLabels WithInstance(MetricLabels labels) =>
        instance is null ? labels : MetricLabels.Of(labels.Pairs.Append(new("instance", instance)));

    private bool See(AlertRule rule, string fingerprint, MetricSample sample, DateTimeOffset now)
    {
        var before = _alerts.GetValueOrDefault(fingerprint) is { State: not AlertState.Resolved } active ? active : null;
        if (before is null && !_alerts.ContainsKey(fingerprint) && _alerts.Count >= MaxAlerts)
        {
            Refused++;
            return false;
        }
        var alert = (before ?? new TrackedAlert
        {
            Rule = rule.Name,
            Severity = rule.Severity,
            Labels = new Dictionary<string, string>(WithInstance(sample.Labels).Pairs, StringComparer.Ordinal),
            State = AlertState.Pending,
            Value = sample.Value,
            ActiveAt = now,
        }) with
        { Value = double.IsFinite(sample.Value) ? sample.Value : 0, Severity = rule.Severity, QuietSince = null };
        if (alert.State == AlertState.Pending && now - alert.ActiveAt >= rule.For) alert = alert with { State = AlertState.Firing, FiredAt = now };
        _alerts[fingerprint] = alert;
        return before is null || before.State != alert.State || before.QuietSince is not null;
    }

    private bool Miss(TimeSpan keepFiring, TrackedAlert alert, DateTimeOffset now)
    {
        switch (alert.State)
        {
            case AlertState.Pending:
                _alerts.Remove(alert.Fingerprint);
                return true;
            case AlertState.Firing when now - (alert.QuietSince ?? now) >= keepFiring:
                _alerts[alert.Fingerprint] = alert with { State = AlertState.Resolved, ResolvedAt = now, QuietSince = null };
                return true;
            case AlertState.Firing when alert.QuietSince is null:
                _alerts[alert.Fingerprint] = alert with { QuietSince = now };
                return true;
            case AlertState.Resolved when now - alert.ResolvedAt >= ShowResolved:
                _alerts.Remove(alert.Fingerprint);
                return true;
            default:
                return false;
        }
    }
}
