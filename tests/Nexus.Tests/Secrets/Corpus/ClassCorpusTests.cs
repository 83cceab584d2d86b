using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>
/// Documents by an author of the rules, class by class: stand-ins for secrets, captions, facts about secrets, public hashes and addresses, names in
/// many languages, settings beside credentials, notes, and credentials as people write them down.
/// </summary>
/// <remarks>
/// <c>{h64}</c> in a file stands for 64 hexadecimal digits drawn at random, <c>{H}</c> for capitals, <c>{k}</c>, <c>{K}</c>, <c>{l}</c> for letters
/// and digits (all, capital, small), <c>{u}</c> for base64url, <c>{b32}</c> for 32 bytes in base58, <c>{e}</c> for digits of base58.
/// </remarks>
public sealed partial class ClassCorpusTests
{
    [Fact]
    public void At_most_one_in_a_hundred_credentials_stays_readable() =>
        Measure("credentials").Documents("credentials", HoldOut.None).Missed.AssertBelow("credentials that stay readable");

    [Fact]
    public void At_most_one_in_a_hundred_settings_is_sealed() =>
        Measure("settings").Documents("settings", HoldOut.None).Hidden.AssertBelow("settings that are sealed");

    [Fact]
    public void At_most_three_in_a_hundred_texts_are_judged_wrong() =>
        Measure("texts").Texts("texts", HoldOut.None).AssertBelow("texts that are judged wrong", percent: 3);

    [Theory]
    [InlineData("credentials")]
    [InlineData("settings")]
    public void A_stored_document_is_accepted_again_unchanged(string file) => Measure(file).AssertStable(HoldOut.None);

    private static CorpusMeasure Measure(string file) =>
        new([.. CorpusMeasure.Lines($"ClassCorpus.{file}").Select((line, number) => JsonNode.Parse(Draw(line, new CorpusRandom(number)))!)]);

    private static string Draw(string line, CorpusRandom random) => Drawn().Replace(line, match =>
    {
        var length = int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        return match.Groups[1].Value switch
        {
            "h" => random.Text("0123456789abcdef", length),
            "H" => random.Text("0123456789ABCDEF", length),
            "K" => random.Text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length),
            "l" => random.Text("abcdefghijklmnopqrstuvwxyz", length - 2) + "7q",
            "u" => random.Text(CorpusRandom.Alphanumeric + "-_", length - 2) + "Q7",
            "b" => random.Base58(random.Bytes(length), checksum: false),
            "e" => random.Text(CorpusRandom.Base58Digits, length),
            _ => random.Letters(length),
        };
    });

    [GeneratedRegex(@"\{([hHkKlube])(\d+)\}")]
    private static partial Regex Drawn();
}
