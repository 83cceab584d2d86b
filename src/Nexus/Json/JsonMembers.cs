using System.Runtime.InteropServices;
using System.Text.Json;

namespace Nexus.Json;

/// <summary>Members of stored documents. One that has no value is left out.</summary>
internal static class JsonMembers
{
    /// <summary>JSON that was validated before, as it is.</summary>
    public static void WriteJson(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.Span, skipInputValidation: true);
    }

    public static void WriteText(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    public static void WriteTexts(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string>? values)
    {
        if (values is null) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    public static void WriteTime(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? value) =>
        json.WriteText(name, value is { } at ? ValueText.Of(at) : null);

    /// <summary>A decimal as canonical text, so that no reader makes a floating point number of it.</summary>
    public static void WriteDecimal(this Utf8JsonWriter json, ReadOnlySpan<byte> name, decimal? value) =>
        json.WriteText(name, value is { } number ? ValueText.Of(number) : null);

    /// <summary>A copy of a member's JSON as it was written.</summary>
    public static ReadOnlyMemory<byte> ReadJson(this JsonElement document, ReadOnlySpan<byte> name) =>
        JsonMarshal.GetRawUtf8Value(document.GetProperty(name)).ToArray();

    public static ReadOnlyMemory<byte>? ReadOptionalJson(this JsonElement document, ReadOnlySpan<byte> name) =>
        document.TryGetProperty(name, out var value) ? JsonMarshal.GetRawUtf8Value(value).ToArray() : default(ReadOnlyMemory<byte>?);

    public static string? ReadText(this JsonElement document, ReadOnlySpan<byte> name) =>
        document.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <exception cref="KeyNotFoundException">There is no such member.</exception>
    /// <exception cref="FormatException">It is null.</exception>
    public static string ReadRequiredText(this JsonElement document, ReadOnlySpan<byte> name) =>
        document.GetProperty(name).GetString() ?? throw new FormatException("a member that must be a string is null");

    public static IReadOnlyList<string>? ReadTexts(this JsonElement document, ReadOnlySpan<byte> name) =>
        document.TryGetProperty(name, out var list)
            ? [.. list.EnumerateArray().Select(value => value.GetString() ?? throw new FormatException("an element of a list of strings is null"))]
            : null;

    public static DateTimeOffset? ReadTime(this JsonElement document, ReadOnlySpan<byte> name) =>
        document.TryGetProperty(name, out var value) ? value.GetDateTimeOffset() : null;

    public static decimal? ReadDecimal(this JsonElement document, ReadOnlySpan<byte> name) =>
        document.ReadText(name) is { } text ? ValueText.ParseDecimal(text) : null;
}
