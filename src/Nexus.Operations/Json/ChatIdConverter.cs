using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Json;

/// <summary>Chat ids are text. A whole number of any length is read as its digits.</summary>
public sealed class ChatIdConverter : JsonConverter<ChatId>
{
    public override ChatId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
            throw new FieldFormatException("must be a chat id: text of digits with an optional leading minus");
        var text = reader.TokenType == JsonTokenType.String
            ? reader.GetString()!
            : System.Text.Encoding.ASCII.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
        try
        {
            return ChatId.Parse(text);
        }
        catch (NexusValidationException error)
        {
            throw new FieldFormatException(error.Reason);
        }
    }

    public override void Write(Utf8JsonWriter writer, ChatId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
