using System.Collections.Frozen;
using System.Text.Json;
using Nexus.Operations.Alerts;

namespace Nexus.Server.Dashboard;

/// <summary>
/// What an alert says in the language of a page. The rules are written in English; <c>Texts/rules.es.json</c> has their Spanish texts.
/// </summary>
/// <param name="Summary">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="Language">The language of both; null if it is the language of the page.</param>
public sealed record RuleTexts(string Summary, string Remedy, string? Language)
{
    private const string Absence = "NexusMetricMissing";

    private static readonly Lazy<FrozenDictionary<string, string>> Spanish = new(Read);

    private static readonly FrozenDictionary<string, AlertRule> Rules =
        RuleCatalogue.All.ToFrozenDictionary(rule => rule.Name, StringComparer.Ordinal);

    /// <summary>The texts of an alert. A rule of the settings file keeps the text of its author, also under the name of a rule of Nexus.</summary>
    /// <param name="texts">The language of the page.</param>
    /// <param name="name">The name of the rule.</param>
    /// <param name="summary">What the rule says.</param>
    /// <param name="remedy">What the rule advises.</param>
    public static RuleTexts Of(Texts texts, string name, string summary, string remedy)
    {
        if (texts == Texts.English) return new(summary, remedy, null);
        var (key, metric) = name.StartsWith($"{Absence}_", StringComparison.Ordinal) ? (Absence, name[(Absence.Length + 1)..]) : (name, "");
        return Rules.TryGetValue(name, out var rule) && rule.Summary == summary && Spanish.Value.TryGetValue($"{key}.summary", out var local)
            && Spanish.Value.TryGetValue($"{key}.remedy", out var advice)
            ? new(local.Replace("{0}", metric, StringComparison.Ordinal), advice, null)
            : new(summary, remedy, "en");
    }

    private static FrozenDictionary<string, string> Read()
    {
        using var file = typeof(RuleTexts).Assembly.GetManifestResourceStream("rules.es.json")!;
        using var document = JsonDocument.Parse(file);
        return document.RootElement.EnumerateObject().ToFrozenDictionary(text => text.Name, text => text.Value.GetString()!, StringComparer.Ordinal);
    }
}
