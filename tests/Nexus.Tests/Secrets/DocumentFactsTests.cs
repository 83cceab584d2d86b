using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

/// <summary>What is remembered about a stored document, and that it never shows a secret of another one.</summary>
public sealed class DocumentFactsTests
{
    private const string Settings = """{"mode":"PILOT","leverage":5,"note":"buy low"}""";

    private readonly DocumentSealer _documents = new(NewSealer());

    [Fact]
    public void A_document_without_secrets_is_searched_once()
    {
        var facts = new DocumentFacts(Utf8(Settings));
        var (document, unreadable) = (Stored(Settings, facts, out var bytes), new List<string>());

        Assert.Equal(bytes, document.Masked());
        Assert.Equal(bytes, document.Revealed(unreadable));
        Assert.False(facts.HasNothingToMask || facts.HasNothingToOpen, "facts about other bytes must not be used");

        facts = new DocumentFacts(bytes);
        document = StateJson.FromStore(bytes, _documents, Config, facts);
        for (var read = 0; read < 2; read++)
        {
            Assert.Equal(bytes, document.Masked());
            Assert.Equal(bytes, document.Revealed(unreadable));
            Assert.True(facts.HasNothingToMask && facts.HasNothingToOpen);
        }
        Assert.Empty(unreadable);
        Assert.NotSame(document.MaskedUtf8(), document.MaskedUtf8());
    }

    [Theory]
    [InlineData("""{"api_key":"x7Kq9"}""")]
    [InlineData("""{"okx":{"key":"3f1c9a52","secret":"s1"},"mode":"PILOT"}""")]
    [InlineData("""{"note":"password: hunter22"}""")]
    public void A_document_with_secrets_is_masked_and_opened_each_time(string json)
    {
        var sealedJson = _documents.Accept(Config, Utf8(json), Rules);
        foreach (var stored in new[] { sealedJson, Utf8(json) })
        {
            var facts = new DocumentFacts(stored);
            var document = StateJson.FromStore(stored, _documents, Config, facts);
            var first = document.Masked();
            Assert.Contains(Secret.Mask, Text(first.ToArray()), StringComparison.Ordinal);
            Assert.Equal(Text(first.ToArray()), Text(document.Masked().ToArray()));
            Assert.False(facts.HasNothingToMask);
            if (stored != sealedJson) continue;
            for (var read = 0; read < 2; read++) Assert.Equal(json, Text(document.Revealed([]).ToArray()));
            Assert.False(facts.HasNothingToOpen);
        }
    }

    [Fact]
    public void A_copied_row_with_another_config_does_not_take_the_facts_along()
    {
        var row = new SessionRow("1", null, null, Utf8(Settings), 1, DateTimeOffset.UnixEpoch);
        row.ConfigFacts.HasNothingToMask = true;
        row.ConfigFacts.HasNothingToOpen = true;
        var copy = row with { Config = Utf8("""{"password":"hunter22"}""") };

        var session = new SessionSealing(_documents.Sealer, _documents).FromRow(copy);

        var unreadable = new List<string>();
        Assert.DoesNotContain("hunter22", session.Config.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter22", Text(session.Config.Revealed(unreadable).ToArray()), StringComparison.Ordinal);
        Assert.Single(unreadable);
    }

    [Fact]
    public void A_row_equals_a_copy_of_itself()
    {
        var row = new SessionRow("1", null, null, Utf8(Settings), 1, DateTimeOffset.UnixEpoch);
        Assert.Equal(row, new SessionRow("1", null, null, row.Config, 1, DateTimeOffset.UnixEpoch));
    }

    private StateJson Stored(string json, DocumentFacts facts, out ReadOnlyMemory<byte> bytes)
    {
        bytes = Utf8(json);
        return StateJson.FromStore(bytes, _documents, Config, facts);
    }
}
