using System.Text.Json;

namespace Nexus.Audit;

/// <summary>A key of sampled documents.</summary>
/// <param name="Name">The key.</param>
/// <param name="Rows">Documents that have it.</param>
/// <param name="Types">Different types of its values, null aside: it goes with any type.</param>
/// <param name="Type">One of them, as jsonb_typeof names it; <c>null</c> when all are.</param>
/// <param name="Sampled">Documents that were examined.</param>
internal sealed record KeyShape(string Name, long Rows, long Types, string Type, long Sampled)
{
    private const double InEveryRow = 0.95;

    /// <summary>Keys beyond these are data, and no structure.</summary>
    private const int MostKeys = 2000;

    /// <summary>In nearly every document, with one type.</summary>
    public bool IsFixed => Rows >= InEveryRow * Sampled && Types <= 1;

    /// <summary>The keys of documents, the frequent ones first; those that are no object count as sampled and have none.</summary>
    public static List<KeyShape> Of(IEnumerable<string?> documents)
    {
        var keys = new Dictionary<string, (long Rows, SortedSet<string> Types)>(StringComparer.Ordinal);
        var sampled = 0L;
        foreach (var text in documents.OfType<string>())
        {
            sampled++;
            foreach (var (name, type) in KeysOf(text))
            {
                if (!keys.TryGetValue(name, out var key))
                {
                    if (keys.Count == MostKeys) continue;
                    key = (0, new SortedSet<string>(StringComparer.Ordinal));
                }
                if (type != "null") key.Types.Add(type);
                keys[name] = (key.Rows + 1, key.Types);
            }
        }
        return [.. keys.Select(key => new KeyShape(key.Key, key.Value.Rows, key.Value.Types.Count, key.Value.Types.Min ?? "null", sampled))
            .OrderByDescending(key => key.Rows).ThenBy(key => key.Name, StringComparer.Ordinal)];
    }

    private static List<(string Name, string Type)> KeysOf(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 512 });
            return document.RootElement.ValueKind != JsonValueKind.Object ? []
                : [.. document.RootElement.EnumerateObject().Select(property => (property.Name, TypeOf(property.Value)))
                    .DistinctBy(property => property.Name)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Nested deeper than a reader takes, or json (not jsonb) with half of a surrogate pair.
            return [];
        }
    }

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };
}
