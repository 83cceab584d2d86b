using System.Reflection;
using System.Text.RegularExpressions;
using Nexus.Audit.Reports;

namespace Nexus.Audit;

/// <summary>The pages about the checks, which every installed program carries: docs/audit/&lt;id&gt;.md in English, docs/audit/es/&lt;id&gt;.md in Spanish.</summary>
internal static partial class Explanations
{
    private const int MostSuggestions = 4, LongestEchoed = 20;

    /// <summary>The page in Markdown, with links between pages turned into what an installed program has.</summary>
    public static string Of(AuditCheck check, AuditLanguage language)
    {
        var name = language == AuditLanguage.En ? $"audit/{check.Id}.md" : $"audit/{language.Code()}/{check.Id}.md";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the page {name} is not embedded");
        using var reader = new StreamReader(stream);
        var option = language == AuditLanguage.En ? "" : $" --lang {language.Code()}";
        var text = PageLink().Replace(reader.ReadToEnd(), $"${{id}} (`nexus audit explain ${{id}}{option}`)");
        return FileLink().Replace(text, "${text}").Trim();
    }

    /// <summary>The checks that somebody may have meant: of the same group, or whose title has the word.</summary>
    public static IReadOnlyList<string> Suggest(string text)
    {
        var byTitle = text.Length < 3 ? [] : CheckCatalogue.All.Where(check => check.Title.En.Contains(text, StringComparison.OrdinalIgnoreCase) || check.Title.Es.Contains(text, StringComparison.OrdinalIgnoreCase)).ToList();
        var found = byTitle.Count > 0 ? byTitle
            : CheckCatalogue.All.Where(check => text.Length > 0 && char.ToUpperInvariant(text[0]) == check.Id[0]).ToList() is { Count: > 0 } sameGroup ? [.. sameGroup.OrderBy(check => Math.Abs(Number(check.Id) - Number(text)))]
            : [.. CheckCatalogue.All.Where(check => Number(check.Id) == Number(text))];
        return [.. found.Take(MostSuggestions).Select(check => check.Id).Order(StringComparer.Ordinal)];
    }

    /// <summary>What to say when there is no such check: the nearest ones, and how to list all.</summary>
    public static string NoSuchCheck(string text)
    {
        var shown = text.Length is > 0 and <= LongestEchoed && text.All(char.IsAsciiLetterOrDigit) ? text : "of that name";
        var suggestions = Suggest(text);
        var meant = suggestions.Count == 0 ? "" : $"; did you mean {string.Join(", ", suggestions.SkipLast(1))}{(suggestions.Count > 1 ? " or " : "")}{suggestions[^1]}?";
        return $"there is no check {shown}{meant}{(meant.Length == 0 ? ";" : "")} nexus audit explain lists them";
    }

    private static int Number(string id) => int.TryParse(id.AsSpan(Math.Min(1, id.Length)), out var number) ? number : 0;

    [GeneratedRegex(@"\[(?<id>[A-Z][0-9]+)\]\((?:audit/)?[A-Z][0-9]+\.md\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PageLink();

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\((?!https?://)[^)]*\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileLink();
}
