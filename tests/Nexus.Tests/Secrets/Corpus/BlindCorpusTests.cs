using System.Text.Json.Nodes;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>
/// Documents by authors who did not know the rules, with the places that are secrets and those that must stay readable. All secrets in them
/// are invented. The rates in docs/security.md come from here.
/// </summary>
/// <remarks>
/// The rules were generalised with all of the first corpus and with the even lines of the second in view. The odd lines of the second are held out:
/// of them only the rates are printed, so that they remain an estimate for unknown documents. Do not look at its wrong cases.
/// </remarks>
public sealed class BlindCorpusTests
{
    [Theory]
    [InlineData("credentials")]
    [InlineData("second-credentials")]
    public void At_most_one_in_a_hundred_credentials_stays_readable(string file)
    {
        var (missed, hidden) = Measure(file).Documents(file, IsHeldOut(file));
        Assert.Multiple(() => missed.AssertBelow("credentials that stay readable"),
            () => hidden.AssertBelow("settings beside credentials that are sealed"));
    }

    [Theory]
    [InlineData("innocent")]
    [InlineData("second-innocent")]
    public void At_most_one_in_a_hundred_settings_is_sealed(string file) =>
        Measure(file).Documents(file, IsHeldOut(file)).Hidden.AssertBelow("settings that are sealed");

    [Theory]
    [InlineData("texts", 1)]
    [InlineData("second-texts", 2)]
    public void Free_texts_are_told_apart(string file, double percent) =>
        Measure(file).Texts(file, IsHeldOut(file)).AssertBelow("texts that are judged wrong", percent);

    [Theory]
    [InlineData("credentials")]
    [InlineData("innocent")]
    [InlineData("second-credentials")]
    [InlineData("second-innocent")]
    public void A_stored_document_is_accepted_again_unchanged(string file) => Measure(file).AssertStable();

    private static bool IsHeldOut(string file) => file.StartsWith("second", StringComparison.Ordinal);

    private static CorpusMeasure Measure(string file) => new([.. CorpusMeasure.Lines($"BlindCorpus.{file}").Select(line => JsonNode.Parse(line)!)]);
}
