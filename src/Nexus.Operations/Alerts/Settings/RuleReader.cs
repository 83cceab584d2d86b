using System.Text.Json;
using System.Text.RegularExpressions;
using Nexus.Errors;
using Nexus.Operations.Monitoring;

namespace Nexus.Operations.Alerts;

/// <summary>Reads the changes of the rules and the rules of the operator's own.</summary>
internal static partial class RuleReader
{
    private static readonly TimeSpan Most = TimeSpan.FromDays(7);

    public static IReadOnlyList<AlertRule> Read(SettingsFields root, List<SettingsProblem> problems)
    {
        var rules = RuleCatalogue.All.ToDictionary(rule => rule.Name, StringComparer.Ordinal);
        if (root["rules"] is { } changes)
        {
            foreach (var (name, node) in new SettingsFields(changes, problems, [.. rules.Keys]).Members)
                if (Change(rules[name], node, problems) is { } changed) rules[name] = changed;
                else rules.Remove(name);
        }
        foreach (var node in root.Items("custom"))
        {
            if (ReadCustom(node, problems) is not { } rule) continue;
            if (RuleCatalogue.All.Any(known => known.Name == rule.Name) || !rules.TryAdd(rule.Name, rule))
                problems.Add(new SettingsProblem(node.Line, $"{node.Path}.name", "is the name of another rule"));
        }
        return [.. rules.Values];
    }

    /// <param name="fields">The object that has the labels.</param>
    /// <param name="name">Of the member.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="known">Labels that there are; null for any.</param>
    public static IReadOnlyDictionary<string, string> ReadLabels(
        SettingsFields fields, string name, List<SettingsProblem> problems, IReadOnlyList<string>? known = null)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (fields[name] is not { } node) return labels;
        foreach (var (label, value) in new SettingsFields(node, problems).Members)
        {
            if (!LabelName().IsMatch(label)) fields.Add(value, "is not a label name: letters, digits and underscores");
            else if (known?.Contains(label) == false) fields.Add(value, $"is not a label of this metric{Suggestion.For(label, known)}");
            else if (value.Kind != JsonValueKind.String || value.Text.Length is 0 or > 200) fields.Add(value, "must be text of 1 to 200 characters");
            else labels[label] = value.Text;
        }
        return labels;
    }

    /// <summary>Null if the rule is switched off.</summary>
    private static AlertRule? Change(AlertRule rule, SettingsNode node, List<SettingsProblem> problems)
    {
        var fields = new SettingsFields(node, problems, "enabled", "threshold", "clear", "for", "keepFiring", "severity");
        var threshold = fields.Number("threshold");
        var changed = rule with
        {
            Threshold = threshold ?? rule.Threshold,
            // The second threshold belongs to the rule's own first one: a changed threshold brings its own second one, or none.
            ClearThreshold = fields.Number("clear") ?? (threshold is null ? rule.ClearThreshold : null),
            For = fields.Duration("for", TimeSpan.Zero, Most) ?? rule.For,
            KeepFiring = fields.Duration("keepFiring", TimeSpan.Zero, Most) ?? rule.KeepFiring,
            Severity = fields.Choice("severity", AlertSettingsReader.Severities) ?? rule.Severity,
        };
        CheckClear(changed, fields);
        return fields.Switch("enabled", absent: true) ? changed : null;
    }

    private static AlertRule? ReadCustom(SettingsNode node, List<SettingsProblem> problems)
    {
        var before = problems.Count;
        var fields = new SettingsFields(node, problems, "name", "metric", "labels", "rate", "increase", "aggregate", "by", "above", "below", "clear",
            "for", "keepFiring", "severity", "summary", "remedy");
        var name = fields.RequiredText("name", 100);
        if (name.Length > 0 && !RuleName().IsMatch(name))
            fields.Add("name", "must begin with a letter and have only letters, digits and underscores");
        var metric = fields.RequiredText("metric", 200);
        if (metric.Length > 0 && !MetricNames.All.ContainsKey(metric))
            fields.Add("metric", $"is not a metric of Nexus{Suggestion.For(metric, MetricNames.All.Keys)}");
        var by = fields.Texts("by");
        foreach (var label in by.Where(label => !LabelName().IsMatch(label)))
            fields.Add("by", "must be label names: letters, digits and underscores");
        var own = MetricNames.All.GetValueOrDefault(metric);
        // A label that the metric does not have selects nothing: the rule would never fire, and nobody would know.
        foreach (var label in by.Where(label => own is not null && label != "instance" && LabelName().IsMatch(label) && !own.Contains(label)))
            fields.Add("by", $"{label} is not a label of {metric}{Suggestion.For(label, own!)}");
        var (above, below) = (fields.Number("above"), fields.Number("below"));
        if (above is null == below is null) fields.Add("above", "is required, or below, but not both");
        if (fields["rate"] is not null && fields["increase"] is not null) fields.Add("increase", "must not be given together with rate");
        var window = TimeSpan.FromHours(1);
        var (rate, increase) = (fields.Duration("rate", TimeSpan.FromMinutes(1), window),
            fields.Duration("increase", TimeSpan.FromMinutes(1), window));
        var selector = MetricSelector.Of(metric, [.. ReadLabels(fields, "labels", problems, own).Select(label => (label.Key, label.Value))]);
        var value = rate is { } perSecond ? selector.Rate(perSecond) : increase is { } total ? selector.Increase(total) : selector;
        var aggregate = fields.Choice("aggregate", ("sum", 's'), ("max", 'x'), ("min", 'n')) ?? (above is null ? 'n' : 'x');
        var rule = new AlertRule
        {
            Name = name,
            Value = aggregate switch { 's' => value.Sum([.. by]), 'x' => value.Max([.. by]), _ => value.Min([.. by]) },
            Comparison = above is null ? MetricComparison.Below : MetricComparison.Above,
            Threshold = above ?? below ?? 0,
            ClearThreshold = fields.Number("clear"),
            For = fields.Duration("for", TimeSpan.Zero, Most) ?? TimeSpan.Zero,
            KeepFiring = fields.Duration("keepFiring", TimeSpan.Zero, Most) ?? TimeSpan.FromMinutes(1),
            Severity = fields.Choice("severity", AlertSettingsReader.Severities) ?? AlertSeverity.Warning,
            Scope = AlertScope.Instance,
            IsOptional = true,
            Summary = fields.RequiredText("summary"),
            Remedy = fields.Text("remedy") ?? "",
        };
        CheckClear(rule, fields);
        return problems.Count == before ? rule : null;
    }

    private static void CheckClear(AlertRule rule, SettingsFields fields)
    {
        if (rule.ClearThreshold is not { } clear) return;
        if (rule.Comparison == MetricComparison.Above ? clear > rule.Threshold : clear < rule.Threshold)
            fields.Add("clear", $"must not be {(rule.Comparison == MetricComparison.Above ? "above" : "below")} the threshold");
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]*$", RegexOptions.NonBacktracking)]
    private static partial Regex RuleName();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.NonBacktracking)]
    private static partial Regex LabelName();
}
