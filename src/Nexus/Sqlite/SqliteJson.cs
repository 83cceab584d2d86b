using System.Buffers;
using System.Text;
using System.Text.Json;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Sqlite;

/// <summary>Reading and writing the documents of the store.</summary>
internal static class SqliteJson
{
    public static JsonDocument Parse(byte[] document) => JsonDocument.Parse(document, JsonText.StoredOptions);

    /// <summary>A document after a merge patch, which obeys the same limit as one that is saved whole.</summary>
    /// <exception cref="NexusValidationException">It would be larger.</exception>
    public static byte[] Patch(string field, ReadOnlyMemory<byte> document, ReadOnlyMemory<byte> patch)
    {
        var merged = MergePatch.Apply(document.Span, patch.Span);
        if (DocumentSize.Of(merged) <= Validation.MaxDocumentBytes) return merged;
        throw new NexusValidationException(field, $"must be at most {Validation.MaxDocumentBytes} bytes after the patch", tooLarge: true);
    }

    /// <summary>One object, whose members <paramref name="members"/> writes.</summary>
    public static byte[] Write<T>(T value, Action<Utf8JsonWriter, T> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, JsonText.WriterOptions);
        json.WriteStartObject();
        members(json, value);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Keys as the array that json_each takes apart.</summary>
    public static string Array(IEnumerable<string> keys)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer, JsonText.WriterOptions);
        json.WriteStartArray();
        foreach (var key in keys) json.WriteStringValue(key);
        json.WriteEndArray();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
