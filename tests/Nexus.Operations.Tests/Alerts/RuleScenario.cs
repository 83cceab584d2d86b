using System.Globalization;
using System.Text;
using Nexus.Operations.Alerts;
using Nexus.Operations.Monitoring;

namespace Nexus.Operations.Tests.Alerts;

/// <summary>
/// Series over time and what a rule must say about them. The same scenario is given to promtool, with the exported rules, and to the evaluator of the
/// server: they must agree at every moment.
/// </summary>
/// <param name="Rule">The rule.</param>
/// <param name="Series">Values by series, one each minute; a series that is shorter keeps its last value; not a number is no sample.</param>
/// <param name="Minutes">The length.</param>
/// <param name="Expected">The minutes at which the rule fires for the first time and at which it ends; null for never.</param>
internal sealed record RuleScenario(string Rule, IReadOnlyDictionary<string, double[]> Series, int Minutes, (int From, int? To)? Expected)
{
    public string Name => $"{Rule} {(Expected is null ? "quiet" : "fires")}";

    /// <summary>The value of a series at a minute.</summary>
    public static double At(double[] values, int minute) => values[Math.Min(minute, values.Length - 1)];

    /// <summary>The minutes at which the evaluator of the server has the alert firing, with its labels.</summary>
    public List<(int Minute, string Labels)> Evaluate(AlertRule rule)
    {
        var window = new MetricWindow(241);
        var tracker = new AlertTracker(instance: null);
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var firing = new List<(int, string)>();
        for (var minute = 0; minute <= Minutes; minute++)
        {
            window.Add(start.AddMinutes(minute), Series.Where(series => !double.IsNaN(At(series.Value, minute)))
                .SelectMany(series => ExpositionReader.Read($"{series.Key} {At(series.Value, minute).ToString("R", CultureInfo.InvariantCulture)}")));
            tracker.Update([rule], window);
            firing.AddRange(tracker.Alerts.Where(alert => alert.State == AlertState.Firing).Select(alert => (minute, alert.LabelSet.Text)));
        }
        return firing;
    }

    /// <summary>A test of promtool that expects at each minute what the evaluator said.</summary>
    public string ToTest(List<(int Minute, string Labels)> firing, AlertRule rule)
    {
        var yaml = new StringBuilder("  - interval: 1m\n    input_series:\n");
        var metrics = rule.Value.Metrics.ToHashSet(StringComparer.Ordinal);
        foreach (var (series, values) in Series.Where(series => metrics.Count == 0 || metrics.Contains(series.Key.Split('{')[0])))
        {
            var samples = Enumerable.Range(0, Minutes + 1).Select(minute => At(values, minute) is var value && double.IsNaN(value) ? "_"
                : double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture));
            yaml.Append($"      - series: '{series}'\n        values: '{string.Join(' ', samples)}'\n");
        }
        yaml.Append("    alert_rule_test:\n");
        for (var minute = 0; minute <= Minutes; minute++)
        {
            var alerts = firing.Where(alert => alert.Minute == minute).ToList();
            yaml.Append($"      - eval_time: {minute}m\n        alertname: {Rule}\n        exp_alerts:{(alerts.Count == 0 ? " []\n" : "\n")}");
            foreach (var (_, labels) in alerts)
            {
                yaml.Append($"          - exp_labels:\n              severity: {rule.Severity.ToString().ToLowerInvariant()}\n");
                foreach (var pair in ReadLabels(labels)) yaml.Append($"              {pair.Key}: '{pair.Value}'\n");
                yaml.Append($"            exp_annotations:\n              summary: \"{rule.Summary}\"\n              description: "
                    + $"\"{rule.Remedy}\"\n");
            }
        }
        return yaml.ToString();
    }

    private static IEnumerable<KeyValuePair<string, string>> ReadLabels(string labels) =>
        labels.Length == 0 ? [] : ExpositionReader.Read($"x{{{labels}}} 1")[0].Labels.Pairs;
}
