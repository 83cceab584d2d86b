using System.Globalization;
using System.Text;
using Nexus.Operations.Monitoring;

namespace Nexus.Operations.Alerts;

/// <summary>Writes rules as a rules file of Prometheus 2.42 or later (keep_firing_for).</summary>
public static class PrometheusRules
{
    /// <summary>The rules as YAML. The expression of a rule is the one that <c>nexus serve</c> evaluates.</summary>
    public static string Write(IEnumerable<AlertRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var yaml = new StringBuilder(
            "# Written by nexus alerts export; make changes in the settings file of the alerts.\ngroups:\n  - name: nexus\n    rules:\n");
        foreach (var rule in rules)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"      - alert: {rule.Name}\n        expr: {Quote(Expression(rule))}\n");
            if (rule.For > TimeSpan.Zero) yaml.Append(CultureInfo.InvariantCulture, $"        for: {DurationText.Format(rule.For)}\n");
            if (rule.KeepFiring > TimeSpan.Zero)
                yaml.Append(CultureInfo.InvariantCulture, $"        keep_firing_for: {DurationText.Format(rule.KeepFiring)}\n");
            yaml.Append(CultureInfo.InvariantCulture,
                $"        labels:\n          severity: {(rule.Severity == AlertSeverity.Critical ? "critical" : "warning")}\n");
            yaml.Append(CultureInfo.InvariantCulture, $"        annotations:\n          summary: {Quote(Text(rule.Summary))}\n");
            if (rule.Remedy.Length > 0) yaml.Append(CultureInfo.InvariantCulture, $"          description: {Quote(Text(rule.Remedy))}\n");
        }
        return yaml.ToString();
    }

    /// <summary>
    /// The condition. A firing alert goes on until the second threshold, which Prometheus knows from its own series of alerts.
    /// </summary>
    public static string Expression(AlertRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var condition = rule.Condition.ToPromQl();
        if (rule.ClearThreshold is null || rule.ClearThreshold == rule.Threshold) return condition;
        var labels = string.Join(", ", (string[])["job", "instance", .. rule.Value.ResultLabels]);
        return $"{condition} or ({rule.Continues.ToPromQl()} and on ({labels}) ALERTS{{alertname=\"{rule.Name}\",alertstate=\"firing\"}})";
    }

    /// <summary>A quoted scalar of YAML 1.2 is a string of JSON.</summary>
    private static string Quote(string text) => $"\"{System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    /// <summary>Annotations are templates: braces of a custom text would be executed.</summary>
    private static string Text(string text) => text.Replace("{{", "{ {", StringComparison.Ordinal);
}
