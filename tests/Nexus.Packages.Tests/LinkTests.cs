using System.Text.RegularExpressions;

namespace Nexus.Packages.Tests;

/// <summary>The documents lead somewhere, the README is short, and the Spanish pages show the code of the English ones.</summary>
public sealed partial class LinkTests
{
    private static readonly string[] Skipped = ["bin", "obj", ".git", "out", "data", "TestResults", "node_modules", "BenchmarkDotNet.Artifacts"];

    [Fact]
    public void Every_link_leads_to_a_file_and_a_heading()
    {
        var documents = Documents(Repository.Root).ToList();
        Assert.True(documents.Count > 100, $"only {documents.Count} documents were found");
        Assert.Empty(documents.SelectMany(BrokenLinks));
    }

    [Fact]
    public void The_README_fits_on_a_page_and_shows_pictures()
    {
        var lines = Repository.Read("README.md").Split('\n');
        Assert.True(lines.Length <= 100, $"{lines.Length} lines");
        Assert.True(lines.Count(line => line.Contains("![", StringComparison.Ordinal)) >= 2);
    }

    [Fact]
    public void Every_tutorial_and_guide_exists_in_both_languages_with_the_same_code()
    {
        var pairs = Pair().Matches(Repository.Read("docs/README.md"))
            .Select(match => (English: match.Groups["en"].Value, Spanish: match.Groups["es"].Value)).ToList();
        var guides = new[] { "tutorials", "how-to" }.SelectMany(folder => Directory.GetFiles(Path.Combine(Repository.Root, "docs", folder), "*.md")
            .Select(file => $"{folder}/{Path.GetFileName(file)}"));
        Assert.Equal(guides.Order(), pairs.Select(pair => pair.English).Order());
        Assert.Equal(
            Documents(Path.Combine(Repository.Root, "docs", "es")).Count(), pairs.Select(pair => pair.Spanish).Distinct().Count() + 1);
        foreach (var (english, spanish) in pairs) Assert.Equal(CodeOf($"docs/{english}"), CodeOf($"docs/{spanish}"));
    }

    private static IEnumerable<string> Documents(string folder) =>
        Directory.EnumerateFiles(folder, "*.md").Concat(
            Directory.EnumerateDirectories(folder).Where(below => !Skipped.Contains(Path.GetFileName(below))).SelectMany(Documents));

    private static IEnumerable<string> BrokenLinks(string file)
    {
        foreach (var link in Link().Matches(WithoutCode(File.ReadAllText(file))).Select(match => match.Groups["target"].Value))
        {
            if (link.Contains("://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal)) continue;
            var parts = Uri.UnescapeDataString(link).Split('#', 2);
            var target = parts[0].Length == 0 ? file : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, parts[0]));
            var isThere = File.Exists(target) || Directory.Exists(target);
            if (!isThere || (parts.Length == 2 && target.EndsWith(".md", StringComparison.Ordinal) && !Anchors(target).Contains(parts[1])))
                yield return $"{Path.GetRelativePath(Repository.Root, file)}: {link}";
        }
    }

    /// <summary>The anchors that GitHub gives to the headings.</summary>
    private static HashSet<string> Anchors(string file)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(WithoutCode(File.ReadAllText(file))))
        {
            var words = Markup().Replace(heading.Groups["text"].Value, "${text}").Trim().ToLowerInvariant();
            var anchor = string.Concat(words.Where(one => char.IsLetterOrDigit(one) || one is ' ' or '-' or '_')).Replace(' ', '-');
            for (var (again, next) = (anchor, 1); !anchors.Add(again); next++) again = $"{anchor}-{next}";
        }
        return anchors;
    }

    private static string WithoutCode(string text) =>
        Inline().Replace(Fenced().Replace(text, ""), match => match.Value.Contains('[') ? "" : match.Value);

    private static List<string> CodeOf(string document) =>
        [.. Fenced().Matches(Repository.Read(document)).Select(match => match.Value)];

    [GeneratedRegex(@"\]\((?<target>[^()\s]+(\([^()\s]*\))?)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"^ *(?<fence>```|~~~).*?^ *\k<fence> *$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex Inline();

    [GeneratedRegex(@"^#{1,6} +(?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\([^)]*\)")]
    private static partial Regex Markup();

    [GeneratedRegex(@"\]\((?<en>[\w/-]+\.md)\) \| \[en español\]\((?<es>es/[\w/-]+\.md)\)")]
    private static partial Regex Pair();
}
