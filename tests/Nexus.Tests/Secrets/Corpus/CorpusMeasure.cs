using System.Text;
using System.Text.Json.Nodes;
using Nexus.Errors;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>Accepts the documents of a file and compares what is sealed with what the file says.</summary>
/// <param name="lines">The file's lines: <c>config</c>, and the pointers that are <c>secret</c> or <c>open</c>.</param>
internal sealed class CorpusMeasure(IReadOnlyList<JsonNode> lines)
{
    private readonly DocumentSealer _documents = new(NewSealer());

    /// <summary>Credentials that stay readable, and settings that are sealed.</summary>
    public (CorpusRate Missed, CorpusRate Hidden) Documents(string file, HoldOut holdOut)
    {
        var (missed, hidden) = (new CorpusRate(file, holdOut), new CorpusRate(file, holdOut));
        for (var number = 0; number < lines.Count; number++)
        {
            var line = lines[number];
            var config = line["config"]!;
            // A document that is refused keeps its secret as well; one without secrets must not be refused.
            var accepted = Accept(config);
            foreach (var pointer in Pointers(line["secret"]))
            {
                missed.Add(number, accepted is not null && !IsSealed(Find(accepted, pointer)),
                    $"{line["kind"]}: {pointer} in {config.ToJsonString()}");
            }
            foreach (var pointer in Pointers(line["open"]))
            {
                if (accepted is null && Pointers(line["secret"]).Any()) continue;
                hidden.Add(number, !JsonNode.DeepEquals(Find(accepted, pointer), Find(config, pointer)),
                    $"{line["kind"]}: {pointer} in {config.ToJsonString()}");
            }
        }
        return (missed, hidden);
    }

    /// <summary>Free texts that are judged wrong.</summary>
    public CorpusRate Texts(string file, HoldOut holdOut)
    {
        var rate = new CorpusRate(file, holdOut);
        for (var number = 0; number < lines.Count; number++)
        {
            var line = lines[number];
            rate.Add(number, SecretFields.IsSecretValue((string)line["text"]!) != (bool)line["secret"]!, line.ToJsonString());
        }
        return rate;
    }

    /// <summary>What is sealed once stays as it is: a second pass over the stored document finds nothing more.</summary>
    public void AssertStable(HoldOut holdOut)
    {
        foreach (var line in lines)
        {
            if (Accept(line["config"]!) is not { } accepted) continue;
            var shown = holdOut == HoldOut.All ? "a held-out document" : line["config"]!.ToJsonString();
            Assert.True(JsonNode.DeepEquals(accepted, Accept(accepted)), shown);
        }
    }

    /// <summary>The lines of an embedded file.</summary>
    public static IEnumerable<string> Lines(string resource)
    {
        using var stream = typeof(CorpusMeasure).Assembly.GetManifestResourceStream($"{resource}.jsonl")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line) yield return line;
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
        JsonValue value => value.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False
            || (value.TryGetValue(out string? text) && Sealer.IsSealed(text)),
        _ => true,
    };
}
