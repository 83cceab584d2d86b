using System.Text.RegularExpressions;

namespace Nexus.Packages.Tests;

/// <summary>The C# of the documents is that of the samples, which are compiled and run.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] Documents =
        ["docs/getting-started.md", "docs/tutorials/csharp.md", "docs/es/tutoriales/csharp.md", "README.md"];

    [Theory]
    [InlineData("docs/getting-started.md", 8)]
    [InlineData("docs/tutorials/csharp.md", 4)]
    [InlineData("docs/es/tutoriales/csharp.md", 4)]
    [InlineData("README.md", 1)]
    public void Every_block_of_code_is_a_region_of_a_sample(string document, int atLeast)
    {
        var text = Repository.Read(document);
        var blocks = Block().Matches(text).ToList();

        Assert.True(blocks.Count >= atLeast, $"{document} has only {blocks.Count} blocks that name their region");
        Assert.Equal(text.Split("```csharp\n").Length - 1, blocks.Count);
        foreach (var block in blocks) Assert.Equal(Region(block.Groups["file"].Value, block.Groups["region"].Value), block.Groups["code"].Value);
    }

    [Fact]
    public void Every_region_of_the_getting_started_sample_is_shown()
    {
        var shown = Documents.SelectMany(file => Block().Matches(Repository.Read(file)))
            .Select(block => block.Groups["region"].Value);
        var regions = Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples", "GettingStarted"), "*.cs")
            .SelectMany(file => RegionStart().Matches(File.ReadAllText(file)))
            .Select(region => region.Groups["region"].Value);

        Assert.Empty(regions.Except(shown));
    }

    private static string Region(string file, string name)
    {
        var lines = Repository.Read(file).Split('\n');
        var start = Array.FindIndex(lines, line => line.Trim() == $"#region {name}");
        Assert.True(start >= 0, $"{file} has no region {name}");
        var end = Array.FindIndex(lines, start, line => line.Trim() == "#endregion");
        var indent = lines[start].TakeWhile(char.IsWhiteSpace).Count();
        return string.Concat(lines[(start + 1)..end].Select(line => (line.Length > indent ? line[indent..] : "") + "\n"));
    }

    [GeneratedRegex(@"<!-- (?<file>samples/[\w./]+\.cs)#(?<region>[\w-]+) -->\n```csharp\n(?<code>.*?)```\n", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"#region (?<region>[\w-]+)\n")]
    private static partial Regex RegionStart();
}
