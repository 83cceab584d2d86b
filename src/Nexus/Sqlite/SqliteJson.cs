using System.Buffers;
using System.Runtime.InteropServices;
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
    // A document encloses JSON of the caller's, which may be as deep as is allowed at all.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = JsonText.MaxDepth + 1 };

    public static JsonDocument Parse(byte[] document) => JsonDocument.Parse(document, Options);

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

    /// <summary>JSON that was validated before it came to the store, as it is.</summary>
    public static void WriteJson(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.Span, skipInputValidation: true);
    }

    /// <summary>A text member, left out where there is none.</summary>
    public static void WriteText(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    public static void WriteTime(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? value) =>
        json.WriteText(name, value is { } at ? SqliteTime.ToText(at) : null);

    /// <summary>A decimal as canonical text, so that no reader makes a floating point number of it.</summary>
    public static void WriteDecimal(this Utf8JsonWriter json, ReadOnlySpan<byte> name, decimal? value) =>
        json.WriteText(name, value is { } number ? DecimalUnits.ToText(number) : null);

    /// <summary>A copy of a member's JSON as it was written.</summary>
    public static ReadOnlyMemory<byte> ReadJson(this JsonElement document, ReadOnlySpan<byte> name) =>
        JsonMarshal.GetRawUtf8Value(document.GetProperty(name)).ToArray();

    public static string? ReadText(this JsonElement document, ReadOnlySpan<byte> name) =>
        document.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static DateTimeOffset? ReadTime(this JsonElement document, ReadOnlySpan<byte> name) =>
        document.TryGetProperty(name, out var value) ? value.GetDateTimeOffset() : null;

    public static decimal? ReadDecimal(this JsonElement document, ReadOnlySpan<byte> name) =>
        document.ReadText(name) is { } text ? ParseDecimal(text) : null;

    public static decimal ParseDecimal(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
