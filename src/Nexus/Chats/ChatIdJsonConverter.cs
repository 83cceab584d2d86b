using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Chats;

/// <summary>A chat id in JSON: written as text, read from text or a whole number, also as a property's name.</summary>
public sealed class ChatIdJsonConverter : JsonConverter<ChatId>
{
    /// <summary>The id.</summary>
    /// <exception cref="JsonException">It is no chat id.</exception>
    public override ChatId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => Parse(reader.GetString()),
        JsonTokenType.Number => Parse(Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan)),
        _ => Parse(null),
    };

    /// <summary>The id, as text.</summary>
    public override void Write(Utf8JsonWriter writer, ChatId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.Value);
    }

    /// <summary>The id of a property's name.</summary>
    /// <exception cref="JsonException">It is no chat id.</exception>
    public override ChatId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString());

    /// <summary>The id as a property's name.</summary>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, ChatId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(value.Value);
    }

    private static ChatId Parse(string? text) => ChatId.TryParse(text, out var chatId) ? chatId
        : throw new JsonException("A chat id is a number: digits with an optional leading minus, 50 characters at most.");
}
