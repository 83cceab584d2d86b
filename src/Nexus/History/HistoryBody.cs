using System.Buffers;
using System.Text.Json;
using Nexus.Engine;
using Nexus.Json;

namespace Nexus.History;

/// <summary>The fields of an entry as the stores keep them: <c>{"fields":[{"field":"/role","from":"user","to":"admin"}],"omitted":3}</c>.</summary>
internal static class HistoryBody
{
    public static byte[] Write(HistoryEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer, JsonText.WriterOptions);
        json.WriteStartObject();
        json.WriteStartArray("fields"u8);
        foreach (var field in entry.Fields)
        {
            json.WriteStartObject();
            json.WriteString("field"u8, field.Field);
            json.WriteText("from"u8, field.From);
            json.WriteText("to"u8, field.To);
            json.WriteText("secret"u8, field.Secret is { } secret ? NameOf(secret) : null);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (entry.OmittedFields > 0) json.WriteNumber("omitted"u8, entry.OmittedFields);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The fields as they were written. A body that something else wrote is read as far as it can be.</summary>
    public static (IReadOnlyList<HistoryField> Fields, int Omitted) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            IReadOnlyList<HistoryField> fields = [.. json.RootElement.GetProperty("fields"u8).EnumerateArray().Take(DifferenceList.MaxFields).Select(
                field => new HistoryField(
                    field.ReadRequiredText("field"u8), field.ReadText("from"u8), field.ReadText("to"u8),
                    field.ReadText("secret"u8) is { } secret ? Enum.Parse<SecretChange>(secret, ignoreCase: true) : null))];
            return (fields, json.RootElement.TryGetProperty("omitted"u8, out var omitted) ? omitted.GetInt32() : 0);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or ArgumentException)
        {
            return ([], 0);
        }
    }

    public static string NameOf(SecretChange change) => change switch
    {
        SecretChange.Set => "set",
        SecretChange.Changed => "changed",
        _ => "removed",
    };

    /// <summary>How the stores keep an action.</summary>
    public static string NameOf(HistoryAction action) => action switch
    {
        HistoryAction.Created => "created",
        HistoryAction.Changed => "changed",
        _ => "removed",
    };

    public static HistoryAction ActionOf(string text) => Enum.TryParse<HistoryAction>(text, ignoreCase: true, out var action)
        ? action : HistoryAction.Changed;

    /// <summary>How the stores and the outbox keep an origin.</summary>
    public static string NameOf(ChangeOrigin origin) => AuthorJson.NameOf(origin);
}
