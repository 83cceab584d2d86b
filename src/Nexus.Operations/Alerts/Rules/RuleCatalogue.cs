using Nexus.Operations.Monitoring;

namespace Nexus.Operations.Alerts;

/// <summary>The rules that Nexus comes with: docs/alerts.md explains them.</summary>
public static class RuleCatalogue
{
    /// <summary>Every rule, in the order of the document.</summary>
    public static IReadOnlyList<AlertRule> All { get; } =
        WithAbsence([.. StoreRules.All, .. PostgresRules.All, .. ThroughputRules.All, .. SafetyRules.All]);

    /// <summary>A rule over a metric that is missing is silent, so the absence of what a critical rule reads is an alert too.</summary>
    private static List<AlertRule> WithAbsence(List<AlertRule> rules)
    {
        foreach (var metric in rules.SelectMany(rule => rule.Critical.Select(metric => (Metric: metric, rule.NeedsPostgres)))
            .DistinctBy(found => found.Metric).ToList())
        {
            var absent = MetricSelector.Of(metric.Metric).Absent();
            rules.Add(new AlertRule
            {
                Name = $"NexusMetricMissing_{metric.Metric}",
                Severity = AlertSeverity.Critical,
                Value = metric.NeedsPostgres ? absent.And(MetricSelector.Of("nexus_store_postgresql").Max().Above(0)) : absent,
                Comparison = MetricComparison.Above,
                Threshold = 0,
                For = TimeSpan.FromMinutes(5),
                Scope = AlertScope.Instance,
                Summary = $"The metric {metric.Metric} is missing, so a critical rule cannot be evaluated.",
                Remedy = "Look at the log of nexus serve. In Prometheus: check that the target is scraped with a key of the scope metrics.",
            });
        }
        return rules;
    }
}
