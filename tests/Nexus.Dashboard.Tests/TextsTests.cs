using System.Text.RegularExpressions;
using Nexus.Operations.Alerts;
using Nexus.Operations.Maintenance;
using Nexus.Server.Dashboard;

namespace Nexus.Dashboard.Tests;

/// <summary>Both languages say everything, and pages use nothing that neither says.</summary>
public sealed partial class TextsTests
{
    [Fact]
    public void English_and_Spanish_have_the_same_texts() => Assert.Equal(Texts.English.Keys.Order(), Texts.Spanish.Keys.Order());

    [Fact]
    public void Texts_have_the_same_places_for_values_in_both_languages()
    {
        var different = Texts.English.Keys.Where(key => !Places(Texts.English, key).SetEquals(Places(Texts.Spanish, key)));

        Assert.Empty(different);
    }

    [Fact]
    public void Every_text_that_a_page_names_exists()
    {
        var named = Directory.EnumerateFiles(DashboardFolder(), "*.razor", SearchOption.AllDirectories)
            .SelectMany(file => Named.Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Distinct().ToList();

        Assert.True(named.Count > 100, "the pages were not found");
        Assert.Empty(named.Where(key => !Texts.English.Has(key)));
    }

    [Fact]
    public void Amounts_are_exact_to_the_eighteenth_place_that_a_trade_may_have()
    {
        Assert.Equal("0.000000000000000001", Texts.English.Formats.Money(0.000000000000000001m));
        Assert.Equal("1,234,567,890.123456789012345678", Texts.English.Formats.Money(1234567890.123456789012345678m));
        Assert.Equal("1,50", Texts.Spanish.Formats.Money(1.5m));
    }

    [Theory]
    [InlineData(1234567.5, "1,234,568", "1.234.568")]
    [InlineData(12.345, "12.3", "12,3")]
    [InlineData(0.5, "0.50", "0,50")]
    public void Numbers_are_written_as_the_language_writes_them(double number, string english, string spanish)
    {
        Assert.Equal(english, Texts.English.Formats.Short(number));
        Assert.Equal(spanish, Texts.Spanish.Formats.Short(number));
    }

    [Fact]
    public void Every_rule_has_a_Spanish_text()
    {
        var untranslated = RuleCatalogue.All.Where(rule =>
            RuleTexts.Of(Texts.Spanish, rule.Name, rule.Summary, rule.Remedy) is not { Language: null } texts
            || texts.Summary == rule.Summary || texts.Summary.Contains("{0}", StringComparison.Ordinal));

        Assert.Empty(untranslated.Select(rule => rule.Name));
    }

    [Fact]
    public void Jobs_and_receipts_are_in_both_languages_and_in_English_as_the_command_line_has_them()
    {
        Assert.All(MaintenanceRuns.Jobs, job => Assert.Equal(job.Purpose, Texts.English.Format($"job.{job.Name}")));
        var eraser = File.ReadAllText(Path.Combine(DashboardFolder(), "../../Nexus.Operations/Erasure/Eraser.cs"));
        var reasons = Texts.English.Keys.Where(key => key.StartsWith("forget.erased.", StringComparison.Ordinal)
            || key.StartsWith("forget.kept.", StringComparison.Ordinal)).ToList();
        Assert.True(reasons.Count > 5, "the reasons were not found");
        Assert.All(reasons, key => Assert.Contains($"\"{Texts.English.Format(key)}\"", eraser, StringComparison.Ordinal));
    }

    [Fact]
    public void A_rule_of_the_settings_file_keeps_the_text_of_its_author()
    {
        var own = RuleTexts.Of(Texts.Spanish, RuleCatalogue.All[0].Name, "Ours is different.", "Call Ana.");

        Assert.Equal(new RuleTexts("Ours is different.", "Call Ana.", "en"), own);
    }

    private static HashSet<string> Places(Texts texts, string key) => [.. Place.Matches(texts.Format(key)).Select(match => match.Value)];

    private static string DashboardFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Nexus.slnx"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, "src/Nexus.Server/Dashboard");
    }

    [GeneratedRegex(@"\bT\(""([a-zA-Z_.]+)""")]
    private static partial Regex Named { get; }

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place { get; }
}
