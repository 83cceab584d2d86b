using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Json;

/// <summary>Decimals are written as text, because many JSON readers convert numbers to floating point, and read as text or numbers.</summary>
public sealed class DecimalConverter : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
            throw new FieldFormatException("must be a decimal number, as text or as a number");
        var text = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        return ExactDecimal.TryParse(text, out var value)
            ? value
            : throw new FieldFormatException("must be a decimal number of at most 28 digits, such as \"0.00012\"");
    }

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteStringValue(ExactDecimal.Format(value));
}
