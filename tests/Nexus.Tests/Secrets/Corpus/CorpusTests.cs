using System.Text;
using System.Text.Json.Nodes;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>How often sealing misses a credential or seals a setting: the rates in docs/security.md come from here.</summary>
public sealed class CorpusTests
{
    private const int Cases = 2000;

    private readonly DocumentSealer _documents = new(NewSealer());

    [Fact]
    public void At_most_one_in_a_hundred_credentials_stays_readable() =>
        AssertRate("credentials that stay readable", CredentialCorpus.Draw, (drawn, document) => !IsSealed(drawn.Find(document)));

    [Fact]
    public void At_most_one_in_a_hundred_settings_is_sealed() =>
        AssertRate("settings that are sealed", SettingCorpus.Draw,
            (drawn, document) => !JsonNode.DeepEquals(drawn.Find(document), drawn.Find(drawn.Document)));

    private void AssertRate(string what, Func<int, CorpusCase> draw, Func<CorpusCase, JsonNode?, bool> isWrong)
    {
        var wrong = new List<string>();
        for (var seed = 1; seed <= Cases; seed++)
        {
            var drawn = draw(seed);
            var accepted = Parsed(_documents.Accept(Config, Encoding.UTF8.GetBytes(drawn.Document.ToJsonString()), Rules));
            if (isWrong(drawn, accepted)) wrong.Add($"{seed}: {drawn.What}");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {wrong.Count} of {Cases} ({100.0 * wrong.Count / Cases:0.00} " +
            $"%)\n{string.Join('\n', wrong)}");
        Assert.True(100 * wrong.Count <= Cases, $"{what}: {wrong.Count} of {Cases}\n{string.Join('\n', wrong)}");
    }

    private static bool IsSealed(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) && Sealer.IsSealed(text);
}
