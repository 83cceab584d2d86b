namespace Nexus.Tests.Secrets.Corpus;

/// <summary>
/// How often secrets in configurations of real bots are missed and their settings sealed: the rates in docs/security.md come from here.
/// </summary>
/// <remarks>
/// The templates were collected from public examples before the rules were tried on them, and are split by source. Of <c>held-out</c> only the
/// rates are printed: do not look at its wrong cases.
/// </remarks>
public sealed class SourceCorpusTests
{
    [Theory]
    [InlineData("development", 0, 0)]
    [InlineData("held-out", 1, 1)]
    public void Few_credentials_stay_readable_and_few_settings_are_sealed(string file, double missedPercent, double hiddenPercent)
    {
        var (missed, hidden) = new CorpusMeasure([.. SourceCorpus.Draw(file)]).Documents(file, HoldOutOf(file));
        Assert.Multiple(() => missed.AssertBelow("credentials that stay readable", missedPercent),
            () => hidden.AssertBelow("settings that are sealed", hiddenPercent));
    }

    [Theory]
    [InlineData("development")]
    [InlineData("held-out")]
    public void A_stored_document_is_accepted_again_unchanged(string file) =>
        new CorpusMeasure([.. SourceCorpus.Draw(file)]).AssertStable(HoldOutOf(file));

    private static HoldOut HoldOutOf(string file) => file == "held-out" ? HoldOut.All : HoldOut.None;
}
