using System.Text.RegularExpressions;

namespace Nexus.Audit.Tests;

/// <summary>Each check has a page in both languages, and the two say the same: the same sections, tables, code, figures and links.</summary>
public sealed partial class ExplanationTests
{
    private static readonly (string English, string Spanish)[] Sections =
    [
        ("What it means", "Qué significa"), ("How it is measured", "Cómo se mide"), ("Severity", "Gravedad"), ("False alarms", "Falsas alarmas"),
            ("Fix", "Solución"),
    ];

    public static TheoryData<string> Ids => [.. CheckCatalogue.All.Select(check => check.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_is_whole_in_both_languages(string id)
    {
        var check = CheckCatalogue.Find(id)!;
        var (english, spanish) = (Explanations.Of(check, AuditLanguage.English), Explanations.Of(check, AuditLanguage.Spanish));

        Assert.StartsWith($"# {id}: {check.Title.En}\n", english, StringComparison.Ordinal);
        Assert.StartsWith($"# {id}: {check.Title.Es}\n", spanish, StringComparison.Ordinal);
        Assert.Equal(Sections.Select(section => section.English), SectionsOf(english, "severity", "Severity"));
        Assert.Equal(Sections.Select(section => section.Spanish), SectionsOf(spanish, "gravedad", "Gravedad"));
        Assert.Equal(TableRow().Count(english), TableRow().Count(spanish));
        Assert.Equal(Sorted(Code(), english), Sorted(Code(), spanish.Replace(" --lang es`", "`", StringComparison.Ordinal)));
        Assert.Equal(Sorted(Figure(), english), Sorted(Figure(), spanish));
        Assert.Equal(Sorted(Link(), english), Sorted(Link(), spanish));
        Assert.All([english, spanish], page => Assert.DoesNotContain(".md)", page, StringComparison.Ordinal));
        Assert.DoesNotMatch(EnglishWord(), Code().Replace(Link().Replace(spanish, ""), ""));
    }

    /// <summary>A table headed by the severities is the section of the severities.</summary>
    private static IEnumerable<string> SectionsOf(string page, string head, string title) =>
        Heading().Matches(Regex.Replace(page, $@"^\| {head} \|", $"**{title}.**", RegexOptions.Multiline))
            .Select(match => match.Groups["title"].Value)
            .Distinct().OrderBy(name => name == Sections[^1].English || name == Sections[^1].Spanish
                ? 3 : name == Sections[3].English || name == Sections[3].Spanish ? 2 : name == title ? 1 : 0);

    private static IEnumerable<string> Sorted(Regex pattern, string page) =>
        pattern.Matches(page).Select(match => match.Value.Replace(",", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^\*\*(?<title>[^*]+)\.\*\*", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\|", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex Code();

    [GeneratedRegex(@"[0-9]([0-9.,]*[0-9])?", RegexOptions.ExplicitCapture)]
    private static partial Regex Figure();

    [GeneratedRegex(@"\(https?://[^)]+\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\b([Tt]he|[Ww]hich|[Ww]ith|[Ww]hen|[Ww]here|of|is|are)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex EnglishWord();
}
