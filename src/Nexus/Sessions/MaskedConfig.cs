using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nexus.Sessions;

/// <summary>Configs that were read with masks and come back to be saved.</summary>
internal static class MaskedConfig
{
    private static readonly byte[] QuotedMask = Encoding.UTF8.GetBytes($"\"{Secret.Mask}\"");

    public static bool HasMasks(ReadOnlyMemory<byte> config) => config.Span.IndexOf(QuotedMask) >= 0;

    /// <summary>Puts what is stored at the same place where the config has a mask.</summary>
    /// <exception cref="NexusValidationException">There is nothing stored at the place of a mask.</exception>
    public static byte[] Resolve(ReadOnlyMemory<byte> config, ReadOnlyMemory<byte> stored)
    {
        var target = JsonNode.Parse(config.Span)!;
        var source = stored.IsEmpty ? null : JsonNode.Parse(stored.Span);
        Fill(target, source, "config");
        return JsonSerializer.SerializeToUtf8Bytes(target, JsonText.SerializerOptions);
    }

    private static void Fill(JsonNode target, JsonNode? source, string path)
    {
        if (target is JsonObject members)
        {
            foreach (var (name, value) in members.ToArray())
            {
                var below = (source as JsonObject)?[name];
                if (IsMask(value)) members[name] = Stored(below, $"{path}.{name}");
                else if (value is JsonObject or JsonArray) Fill(value, below, $"{path}.{name}");
            }
        }
        else if (target is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                var below = source is JsonArray others && i < others.Count ? others[i] : null;
                if (IsMask(items[i])) items[i] = Stored(below, $"{path}[{i}]");
                else if (items[i] is JsonObject or JsonArray) Fill(items[i]!, below, $"{path}[{i}]");
            }
        }
    }

    private static bool IsMask(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) && text == Secret.Mask;

    private static JsonNode Stored(JsonNode? node, string path) => node is JsonValue
        ? node.DeepClone()
        : throw new NexusValidationException(path, "is the mask that is shown in place of a secret, and no secret is stored there");
}
