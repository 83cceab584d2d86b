using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Operations.Json;

/// <summary>A JSON document that is passed on as its original bytes.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct RawJson(ReadOnlyMemory<byte> Utf8)
{
    /// <summary>Reads and writes the bytes.</summary>
    public sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            // A reader over a span has no position in a sequence; a value in one span may still be followed by input that has not arrived.
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.Position.GetObject() is null)
                return new RawJson(Skip(ref reader));
            using var document = JsonDocument.ParseValue(ref reader);
            return new RawJson(JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray());
        }

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);

        /// <summary>
        /// Reads to the end of an object or a list and copies it. A token of the reader is a slice of its contiguous input:
        /// parsing a document with <see cref="JsonDocument.ParseValue(ref Utf8JsonReader)"/> would double the cost of a record.
        /// </summary>
        private static byte[] Skip(ref Utf8JsonReader reader)
        {
            ref var first = ref MemoryMarshal.GetReference(reader.ValueSpan);
            var start = reader.TokenStartIndex;
            // Skip throws before the last block, even if the whole value has arrived, as the serializer guarantees.
            if (!reader.TrySkip()) throw new JsonException();
            return MemoryMarshal.CreateReadOnlySpan(ref first, (int)(reader.BytesConsumed - start)).ToArray();
        }
    }
}
