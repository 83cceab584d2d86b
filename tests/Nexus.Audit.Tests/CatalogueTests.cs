namespace Nexus.Audit.Tests;

/// <summary>What every check keeps to.</summary>
public sealed class CatalogueTests
{
    public static TheoryData<string> Ids => [.. CheckCatalogue.All.Select(check => check.Id)];

    [Fact]
    public void Ids_are_unique_and_their_groups_have_names()
    {
        Assert.NotEmpty(CheckCatalogue.All);
        Assert.Equal(CheckCatalogue.All.Count, CheckCatalogue.All.Select(check => check.Id).Distinct().Count());
        Assert.All(CheckCatalogue.All, check => AssertBoth(CheckCatalogue.GroupName(check.Id)));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_check_has_its_file_its_page_its_test_and_both_languages(string id)
    {
        var check = CheckCatalogue.Find(id)!;
        Assert.Matches("^[A-Z][0-9]+$", id);
        Assert.StartsWith(id, check.GetType().Name, StringComparison.Ordinal);
        AssertBoth(check.Title);
        AssertBoth(check.Positive);
        AssertBoth(check.SeverityRule);
        AssertBoth(check.FalsePositives);
        Assert.Contains($"# {id}: {check.Title.En}\n", File.ReadAllText(Path.Combine(Root, $"docs/audit/{id}.md")), StringComparison.Ordinal);
        Assert.Contains($"| [{id}](audit/{id}.md) | {check.Title.En} |", File.ReadAllText(Path.Combine(Root, "docs/audit.md")),
            StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Root, "src/Nexus.Audit/Checks", $"{check.GetType().Name}.cs")));
        Assert.NotNull(typeof(CatalogueTests).Assembly.GetType($"Nexus.Audit.Tests.Checks.{id}Tests"));
    }

    internal static void AssertBoth(Bilingual text)
    {
        Assert.False(string.IsNullOrWhiteSpace(text.En));
        Assert.False(string.IsNullOrWhiteSpace(text.Es));
        Assert.NotEqual(text.En, text.Es);
    }

    /// <summary>The repository, from the folder that the tests were built into.</summary>
    internal static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Nexus.slnx"))) folder =
                Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("not inside the repository");
            return folder;
        }
    }
}
