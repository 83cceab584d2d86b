using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Operations.Json;

/// <summary>A JSON document that is passed on as the bytes that it is.</summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct RawJson(ReadOnlyMemory<byte> Utf8)
{
    internal sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            // A reader of one piece has no position in a sequence; a value in one piece may still be followed by input that has not arrived.
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.Position.GetObject() is null) return new RawJson(Skip(ref reader));
            using var document = JsonDocument.ParseValue(ref reader);
            return new RawJson(JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray());
        }

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);

        /// <summary>
        /// Reads to the end of an object or a list and copies it. What the reader shows of a token lies in its input, which goes on from there in one piece:
        /// a document of its own, which <see cref="JsonDocument.ParseValue(ref Utf8JsonReader)"/> makes, would cost as much again as all the rest of a record.
        /// </summary>
        private static byte[] Skip(ref Utf8JsonReader reader)
        {
            ref var first = ref MemoryMarshal.GetReference(reader.ValueSpan);
            var start = reader.TokenStartIndex;
            // Skip refuses to run before the last block, also where the whole value is there, as the serializer guarantees.
            if (!reader.TrySkip()) throw new JsonException();
            return MemoryMarshal.CreateReadOnlySpan(ref first, (int)(reader.BytesConsumed - start)).ToArray();
        }
    }
}
