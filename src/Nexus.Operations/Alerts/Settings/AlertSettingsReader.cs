using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Nexus.Errors;
using Nexus.Operations.Json;
using Nexus.Operations.Monitoring;

namespace Nexus.Operations.Alerts;

/// <summary>Reads the settings file, a JSON document that may have comments.</summary>
public static partial class AlertSettingsReader
{
    /// <summary>The name of the file in the data folder.</summary>
    public const string FileName = "alerts.json";

    /// <summary>The largest file in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    internal static readonly (string, AlertSeverity)[] Severities = [("warning", AlertSeverity.Warning), ("critical", AlertSeverity.Critical)];

    /// <summary>Reads a file.</summary>
    /// <exception cref="AlertSettingsException">It cannot be read or used; names each line and field.</exception>
    public static async Task<AlertSettings> ReadFileAsync(string file, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(file).Length > MaxBytes)
                throw new AlertSettingsException([new SettingsProblem(1, "", $"the file must have at most {MaxBytes} bytes")]);
            return Parse(await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false), now);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AlertSettingsException([new SettingsProblem(1, "", $"the file cannot be read: {error.Message}")]);
        }
    }

    /// <summary>Reads a document.</summary>
    /// <exception cref="AlertSettingsException">It cannot be used; names each line and field.</exception>
    public static AlertSettings Parse(ReadOnlySpan<byte> utf8, DateTimeOffset now)
    {
        var problems = new List<SettingsProblem>();
        var fields = new SettingsFields(SettingsNode.Parse(utf8), problems,
            "rules", "custom", "repeat", "grouping", "quietHours", "routes", "silences", "notifiers", "subscriptions");
        var defaults = AlertSettings.Default;
        var grouping = fields["grouping"] is { } group ? new SettingsFields(group, problems, "by", "wait") : null;
        var notifiers = fields["notifiers"] is { } listed ? NotifierReader.Read(listed, problems) : defaults.Notifiers;
        var rules = RuleReader.Read(fields, problems);
        foreach (var label in grouping?.Texts("by").Where(label => label is not ("severity" or "rule") && !MetricNames.IsLabel(label)) ?? [])
            grouping!.Add("by", $"must be severity, rule or a label of the metrics, which {label} is not");
        var settings = new AlertSettings
        {
            Rules = rules,
            Repeat = fields.Duration("repeat", TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)) ?? defaults.Repeat,
            GroupWait = grouping?.Duration("wait", TimeSpan.Zero, TimeSpan.FromHours(1)) ?? defaults.GroupWait,
            GroupBy = grouping?["by"] is null ? defaults.GroupBy : grouping.Texts("by"),
            QuietHours = [.. fields.Items("quietHours").Select(node => ReadQuietHours(node, problems)).OfType<QuietHours>()],
            Routes = [.. fields.Items("routes").Select(node => ReadRoute(node, rules, notifiers, problems))],
            Silences = [.. fields.Items("silences").Select((node, i) => ReadSilence(node, i, rules, problems, now)).OfType<Silence>()],
            Notifiers = notifiers,
            SubscriptionNotifiers = fields["subscriptions"] is { } subscriptions
                ? ReadNotifiers(new SettingsFields(subscriptions, problems, "notifiers"), notifiers) : [],
        };
        return problems.Count == 0 ? settings : throw new AlertSettingsException([.. problems.OrderBy(problem => problem.Line)]);
    }

    private static QuietHours? ReadQuietHours(SettingsNode node, List<SettingsProblem> problems)
    {
        var fields = new SettingsFields(node, problems, "from", "to", "timeZone", "days", "severities");
        var (from, to) = (Clock(fields, "from"), Clock(fields, "to"));
        if (from is not null && from == to) fields.Add("to", "must differ from the beginning");
        var name = fields.RequiredText("timeZone");
        if (name.Length == 0) return null;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            fields.Add("timeZone", "is not a time zone of the IANA database, such as Europe/Madrid");
            return null;
        }
        foreach (var list in (string[])["days", "severities"])
            if (fields[list] is { Kind: JsonValueKind.Array, Items.Count: 0 }) fields.Add(list, "must not be empty: nothing would ever wait");
        var days = fields["days"] is null ? Enum.GetValues<DayOfWeek>() : [.. fields.Items("days").Select(day => fields.Choice(day,
            ("mon", DayOfWeek.Monday), ("tue", DayOfWeek.Tuesday), ("wed", DayOfWeek.Wednesday), ("thu", DayOfWeek.Thursday),
            ("fri", DayOfWeek.Friday), ("sat", DayOfWeek.Saturday), ("sun", DayOfWeek.Sunday))).OfType<DayOfWeek>()];
        AlertSeverity[] severities = fields["severities"] is null ? [AlertSeverity.Warning]
            : [.. fields.Items("severities").Select(severity => fields.Choice(severity, Severities)).OfType<AlertSeverity>()];
        return from is { } start && to is { } end ? new QuietHours(start, end, zone, days, severities) : null;
    }

    private static TimeOnly? Clock(SettingsFields fields, string name)
    {
        var text = fields.RequiredText(name);
        if (text.Length == 0) return null;
        if (TimeOnly.TryParseExact(text, "HH:mm", null, DateTimeStyles.None, out var time)) return time;
        fields.Add(name, "must be a time of the day such as 23:00");
        return null;
    }

    private static AlertRoute ReadRoute(
        SettingsNode node, IReadOnlyList<AlertRule> rules, IReadOnlyList<NotifierSettings> notifiers, List<SettingsProblem> problems)
    {
        var fields = new SettingsFields(node, problems, "severity", "rule", "notifiers");
        return new AlertRoute(fields.Choice("severity", Severities), ReadPattern(fields, rules), ReadNotifiers(fields, notifiers));
    }

    private static IReadOnlyList<string> ReadNotifiers(SettingsFields fields, IReadOnlyList<NotifierSettings> notifiers)
    {
        if (fields["notifiers"] is null) fields.Add("notifiers", "is required; an empty list tells nobody");
        foreach (var item in fields.Items("notifiers").Where(item => item.Kind == JsonValueKind.String
            && notifiers.All(known => known.Name != item.Text)))
            fields.Add(item, $"there is no notifier of this name{Suggestion.For(item.Text, notifiers.Select(known => known.Name))}");
        return fields.Texts("notifiers");
    }

    private static Silence? ReadSilence(
        SettingsNode node, int index, IReadOnlyList<AlertRule> rules, List<SettingsProblem> problems, DateTimeOffset now)
    {
        var fields = new SettingsFields(node, problems, "rule", "labels", "until", "reason");
        if (fields["rule"] is null) fields.Add("rule", "is required");
        var rule = ReadPattern(fields, rules);
        var labels = RuleReader.ReadLabels(fields, "labels", problems);
        var reason = fields.RequiredText("reason", Silence.MaxReason);
        var text = fields.RequiredText("until");
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var until) || !Instants.NamesOffset(text))
        {
            if (text.Length > 0) fields.Add("until", "must be an instant with its offset, such as 2026-01-31T12:00:00Z");
            return null;
        }
        if (until > now + Silence.MaxTime) fields.Add("until", $"must be at most {Silence.MaxTime.TotalDays:0} days from now");
        return rule is null ? null : new Silence($"file-{index}", rule, labels, until, reason, "");
    }

    private static string? ReadPattern(SettingsFields fields, IReadOnlyList<AlertRule> rules)
    {
        if (fields.Text("rule") is not { } pattern) return null;
        if (rules.Any(rule => NamePattern.Matches(pattern, rule.Name))) return pattern;
        fields.Add("rule", $"matches no rule{Suggestion.For(pattern, rules.Select(rule => rule.Name))}");
        return null;
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,50}$", RegexOptions.NonBacktracking)]
    internal static partial Regex Name();
}
