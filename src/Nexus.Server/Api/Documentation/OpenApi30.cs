using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nexus.Server.Api;

/// <summary>
/// The document in version 3.0, for generators that do not read 3.1. A schema of 3.0 has one type and the mark <c>nullable</c>. Where a request may
/// use several types, it keeps one that the server accepts.
/// </summary>
internal static class OpenApi30
{
    public const string Version = "3.0.4";

    public static JsonSerializerOptions Json { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="document">A document in version 3.1, which is changed.</param>
    public static JsonNode From(JsonNode document)
    {
        document["openapi"] = Version;
        document.AsObject().Remove("jsonSchemaDialect");
        // 3.0 knows the address of a license and not its name in SPDX's list.
        if (document["info"]?["license"] is JsonObject license && license.Remove("identifier", out var identifier))
            license["url"] = $"https://spdx.org/licenses/{identifier}.html";
        Convert(document, document["components"]?["schemas"]);
        return document;
    }

    private static void Convert(JsonNode? node, JsonNode? schemas)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list) Convert(item, schemas);
            return;
        }
        if (node is not JsonObject map) return;
        // An example is data, whatever its members are called.
        foreach (var (_, member) in map.Where(member => member.Key is not ("example" or "examples" or "default" or "enum")).ToList())
            Convert(member, schemas);
        if (map["type"] is JsonArray types) KeepOneType(map, types);
        if (map["oneOf"] is JsonArray choices) KeepOneChoice(map, choices, schemas);
        if (map.ContainsKey("$ref") && map.Count > 1) RefuseNeighbours(map);
    }

    private static void KeepOneType(JsonObject schema, JsonArray types)
    {
        var names = types.Select(type => (string)type!).ToList();
        if (names.Remove("null")) schema["nullable"] = true;
        var kept = (string?)schema["format"] switch
        {
            "decimal" when names.Contains("string") => "string",
            "int32" or "int64" when names.Contains("integer") => "integer",
            "double" when names.Contains("number") => "number",
            _ => names.FirstOrDefault(),
        };
        // The pattern describes numbers as text.
        if (kept is "integer" or "number") schema.Remove("pattern");
        if (kept is null) schema.Remove("type");
        else schema["type"] = kept;
        // 3.0 wants null among the values of a nullable enumeration.
        if (schema["nullable"] is not null && schema["enum"] is JsonArray values && !values.Any(value => value is null)) values.Add((JsonNode?)null);
    }

    /// <summary>A reference that may be null. The mark needs a type beside it, that of what is referred to.</summary>
    private static void KeepOneChoice(JsonObject schema, JsonArray choices, JsonNode? schemas)
    {
        var isNullable = choices.FirstOrDefault(choice => choice?["type"] is JsonValue type && type.TryGetValue(out string? name) && name == "null");
        if (isNullable is null) return;
        choices.Remove(isNullable);
        schema["nullable"] = true;
        if (choices.Count != 1) return;
        schema.Remove("oneOf");
        var only = choices[0]!;
        // What stood beside the reference has been moved away from it already.
        var reference = only["$ref"] ?? only["allOf"]?[0]?["$ref"];
        if (only["description"] is { } description) schema["description"] ??= description.DeepClone();
        var name = ((string?)reference)?.Split('/')[^1];
        schema["type"] = name is not null && schemas?[name]?["type"] is JsonValue type ? type.DeepClone() : "object";
        schema["allOf"] = new JsonArray(reference is null ? only.DeepClone() : new JsonObject { ["$ref"] = reference.DeepClone() });
    }

    /// <summary>In 3.0, what stands beside a reference to a schema is ignored.</summary>
    private static void RefuseNeighbours(JsonObject map)
    {
        var target = map["$ref"]!.DeepClone();
        if (!((string)target!).Contains("/schemas/", StringComparison.Ordinal))
        {
            foreach (var name in map.Select(member => member.Key).Where(name => name != "$ref").ToList()) map.Remove(name);
            return;
        }
        map.Remove("$ref");
        map["allOf"] = new JsonArray(new JsonObject { ["$ref"] = target });
    }
}
