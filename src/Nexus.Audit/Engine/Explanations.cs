using System.Reflection;
using System.Text.RegularExpressions;

namespace Nexus.Audit;

/// <summary>The pages about the checks, which every installed program carries: docs/audit/&lt;id&gt;.md.</summary>
internal static partial class Explanations
{
    private const int MostSuggestions = 4, LongestEchoed = 20;

    /// <summary>
    /// The page in Markdown, with links between pages turned into what an installed program has. The pages are written in English; in Spanish the check's own texts stand for them and say where the
    /// page is.
    /// </summary>
    public static string Of(AuditCheck check, AuditLanguage language) => language == AuditLanguage.English ? Page(check) : Summary(check);

    /// <summary>The checks that somebody may have meant: of the same group, or whose title has the word.</summary>
    public static IReadOnlyList<string> Suggest(string text)
    {
        var byTitle = text.Length < 3 ? [] : CheckCatalogue.All.Where(check => check.Title.En.Contains(text, StringComparison.OrdinalIgnoreCase) || check.Title.Es.Contains(text, StringComparison.OrdinalIgnoreCase)).ToList();
        var found = byTitle.Count > 0 ? byTitle
            : CheckCatalogue.All.Where(check => text.Length > 0 && char.ToUpperInvariant(text[0]) == check.Id[0]).ToList() is { Count: > 0 } sameGroup ? [.. sameGroup.OrderBy(check => Math.Abs(Number(check.Id) - Number(text)))]
            : [.. CheckCatalogue.All.Where(check => Number(check.Id) == Number(text))];
        return [.. found.Take(MostSuggestions).Select(check => check.Id).Order(StringComparer.Ordinal)];
    }

    /// <summary>The message for an id that does not exist, with the nearest ones.</summary>
    public static string NoSuchCheck(string text)
    {
        var shown = text.Length is > 0 and <= LongestEchoed && text.All(char.IsAsciiLetterOrDigit) ? text : "of that name";
        var suggestions = Suggest(text);
        var meant = suggestions.Count == 0 ? "" : $"; did you mean {string.Join(", ", suggestions.SkipLast(1))}{(suggestions.Count > 1 ? " or " : "")}{suggestions[^1]}?";
        return $"there is no check {shown}{meant}";
    }

    private static string Page(AuditCheck check)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"audit/{check.Id}.md") ?? throw new InvalidOperationException($"the page of {check.Id} is not embedded");
        using var reader = new StreamReader(stream);
        var text = PageLink().Replace(reader.ReadToEnd(), "${id} (`nexus audit explain ${id}`)");
        return FileLink().Replace(text, "${text}").Trim();
    }

    private static string Summary(AuditCheck check) => $"""
        # {check.Id}: {check.Title.Es}

        **Cuando todo está bien.** {check.Positive.Es}.

        **Gravedad.** {check.SeverityRule.Es}.

        **Falsas alarmas.** {check.FalsePositives.Es}.

        La página completa está en inglés: `nexus audit explain {check.Id} --lang en`
        """;

    private static int Number(string id) => int.TryParse(id.AsSpan(Math.Min(1, id.Length)), out var number) ? number : 0;

    [GeneratedRegex(@"\[(?<id>[A-Z][0-9]+)\]\((?:audit/)?[A-Z][0-9]+\.md\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PageLink();

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\((?!https?://)[^)]*\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileLink();
}
