using System.Text.Json.Nodes;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>A document, and the places in it that are judged.</summary>
/// <param name="What">For the list of mistakes; no secret of a real person is in the corpus.</param>
/// <param name="Document">The document.</param>
/// <param name="Path">Names and indices that lead to the value.</param>
public sealed record CorpusCase(string What, JsonObject Document, IReadOnlyList<object> Path)
{
    /// <summary>The value at the place, or the first that stands in its way: a list that was sealed as a whole.</summary>
    public JsonNode? Find(JsonNode? node)
    {
        foreach (var step in Path)
        {
            node = (node, step) switch
            {
                (JsonObject members, string name) => members[name],
                (JsonArray items, int index) => items[index],
                _ => node,
            };
        }
        return node;
    }
}
