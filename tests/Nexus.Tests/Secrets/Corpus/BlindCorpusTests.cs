using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.Errors;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>
/// Documents by an author who did not know the rules, with the places that are secrets and those that must stay readable. All secrets in them
/// are invented. The rates in docs/security.md come from here.
/// </summary>
public sealed class BlindCorpusTests
{
    private readonly DocumentSealer _documents = new(NewSealer());

    [Theory]
    [InlineData("credentials")]
    [InlineData("second-credentials")]
    public void At_most_one_in_a_hundred_credentials_stays_readable(string file)
    {
        var (secrets, missed, open, hidden) = Measure(file);
        AssertRate("credentials that stay readable", missed, secrets);
        AssertRate("settings beside credentials that are sealed", hidden, open);
    }

    [Theory]
    [InlineData("innocent")]
    [InlineData("second-innocent")]
    public void At_most_one_in_a_hundred_settings_is_sealed(string file)
    {
        var (_, _, open, hidden) = Measure(file);
        AssertRate("settings that are sealed", hidden, open);
    }

    [Theory]
    [InlineData("texts")]
    [InlineData("second-texts")]
    public void Free_texts_are_told_apart(string file)
    {
        var lines = Lines(file).ToList();
        var wrong = lines.Where(line => SecretFields.IsSecretValue((string)line["text"]!) != (bool)line["secret"]!);
        AssertRate("texts that are judged wrong", [.. wrong.Select(line => line.ToJsonString())], lines.Count);
    }

    /// <summary>What is sealed once stays as it is: a second pass over the stored document finds nothing more.</summary>
    [Theory]
    [InlineData("credentials")]
    [InlineData("innocent")]
    [InlineData("second-credentials")]
    [InlineData("second-innocent")]
    public void A_stored_document_is_accepted_again_unchanged(string file)
    {
        foreach (var line in Lines(file))
        {
            if (Accept(line["config"]!) is not { } accepted) continue;
            Assert.True(JsonNode.DeepEquals(accepted, Accept(accepted)), line["config"]!.ToJsonString());
        }
    }

    private (int Secrets, List<string> Missed, int Open, List<string> Hidden) Measure(string file)
    {
        var (secrets, open) = (0, 0);
        var (missed, hidden) = (new List<string>(), new List<string>());
        foreach (var line in Lines(file))
        {
            var config = line["config"]!;
            // A document that is refused keeps its secret as well; one without secrets must not be refused.
            var accepted = Accept(config);
            foreach (var pointer in Pointers(line["secret"]))
            {
                secrets++;
                if (accepted is not null && !IsSealed(Find(accepted, pointer))) missed.Add($"{line["kind"]}: {pointer} in {config.ToJsonString()}");
            }
            foreach (var pointer in Pointers(line["open"]))
            {
                if (accepted is null && Pointers(line["secret"]).Any()) continue;
                open++;
                if (!JsonNode.DeepEquals(Find(accepted, pointer), Find(config, pointer)))
                    hidden.Add($"{line["kind"]}: {pointer} in {config.ToJsonString()}");
            }
        }
        return (secrets, missed, open, hidden);
    }

    private static void AssertRate(string what, List<string> wrong, int total)
    {
        var report = $"{what}: {wrong.Count} of {total} ({100.0 * wrong.Count / total:0.00} %)\n{string.Join('\n', wrong)}";
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        Assert.True(100 * wrong.Count <= total, report);
    }

    private JsonNode? Accept(JsonNode config)
    {
        try
        {
            return Parsed(_documents.Accept(Config, Encoding.UTF8.GetBytes(config.ToJsonString()), Rules));
        }
        catch (NexusValidationException)
        {
            return null;
        }
    }

    private static IEnumerable<JsonNode> Lines(string file)
    {
        using var stream = typeof(BlindCorpusTests).Assembly.GetManifestResourceStream($"BlindCorpus.{file}.jsonl")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line) yield return JsonNode.Parse(line)!;
    }

    private static IEnumerable<string> Pointers(JsonNode? list) => list is JsonArray items ? items.Select(item => (string)item!) : [];

    /// <summary>The value at the pointer, or the first that stands in its way: a list that was sealed as a whole.</summary>
    private static JsonNode? Find(JsonNode? node, string pointer)
    {
        foreach (var step in pointer.Split('/').Skip(1)
            .Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            node = node switch
            {
                JsonObject members => members[step],
                JsonArray items => items[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)],
                _ => node,
            };
        }
        return node;
    }

    /// <summary>A container is sealed when all of its texts and numbers are.</summary>
    private static bool IsSealed(JsonNode? node) => node switch
    {
        JsonObject members => members.All(member => IsSealed(member.Value)),
        JsonArray items => items.All(IsSealed),
        JsonValue value => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False
            || (value.TryGetValue(out string? text) && Sealer.IsSealed(text)),
        _ => true,
    };
}
