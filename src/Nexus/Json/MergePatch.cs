using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.Infrastructure;

namespace Nexus.Json;

/// <summary>JSON merge patches: https://www.rfc-editor.org/rfc/rfc7396.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class MergePatch
{
    /// <summary>
    /// Patches that are larger together, in bytes, stay two: composing many large ones costs more than it spares, and the result would have no bound.
    /// </summary>
    internal const int MaxComposed = 64 * 1024;

    /// <summary>The target after the patch, as section 2 of the RFC defines it.</summary>
    public static byte[] Apply(ReadOnlySpan<byte> target, ReadOnlySpan<byte> patch) =>
        ToUtf8(Merge(JsonNode.Parse(target), JsonNode.Parse(patch), keepNulls: false));

    /// <summary>
    /// One patch with the effect of the first and then the second. A null of either stays, since it deletes in the target.
    /// </summary>
    /// <remarks>
    /// Exact but for one case: an object in <paramref name="second"/> over a scalar or null in <paramref name="first"/> replaces the
    /// target's value, which a merge patch cannot say when the target holds an object there. Then null is returned and the two are sent
    /// one after the other.
    /// </remarks>
    internal static byte[]? TryCompose(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var left = JsonNode.Parse(first);
        var right = JsonNode.Parse(second);
        return left is JsonObject a && right is JsonObject b && CanCompose(a, b) ? ToUtf8(Merge(a, b, keepNulls: true)) : null;
    }

    private static bool CanCompose(JsonObject first, JsonObject second)
    {
        foreach (var (name, value) in second)
        {
            if (value is not JsonObject inner || !first.TryGetPropertyValue(name, out var before)) continue;
            if (before is not JsonObject outer || !CanCompose(outer, inner)) return false;
        }
        return true;
    }

    private static JsonNode? Merge(JsonNode? target, JsonNode? patch, bool keepNulls)
    {
        if (patch is not JsonObject changes) return patch?.DeepClone();
        var result = target as JsonObject ?? [];
        HashSet<string>? removed = null;
        foreach (var (name, value) in changes)
        {
            if (value is null && !keepNulls)
            {
                if (result.ContainsKey(name)) (removed ??= new(StringComparer.Ordinal)).Add(name);
            }
            else if (value is JsonObject && !(keepNulls && !result.ContainsKey(name)))
            {
                result.TryGetPropertyValue(name, out var before);
                var merged = Merge(before, value, keepNulls);
                if (before is null || !ReferenceEquals(merged, before)) result[name] = merged;
            }
            else result[name] = value?.DeepClone();
        }
        if (removed is not null) RemoveAll(result, removed);
        return result;
    }

    /// <summary>In one pass: each removal by itself moves every member behind it.</summary>
    private static void RemoveAll(JsonObject members, HashSet<string> names)
    {
        var kept = members.Where(member => !names.Contains(member.Key)).ToArray();
        members.Clear();
        foreach (var (name, value) in kept) members.Add(name, value);
    }

    private static byte[] ToUtf8(JsonNode? node)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, JsonText.WriterOptions))
        {
            if (node is null) writer.WriteNullValue();
            else node.WriteTo(writer);
        }
        return buffer.WrittenSpan.ToArray();
    }
}
