using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Operations.Json;

/// <summary>
/// A decimal that was a whole number in earlier versions: written as a JSON number, which clients expect, and read as text or a number.
/// </summary>
public sealed class NumberConverter : JsonConverter<decimal>
{
    private static readonly DecimalConverter Exact = new();

    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Exact.Read(ref reader, typeToConvert, options);

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteRawValue(ExactDecimal.Format(value), skipInputValidation: true);
}
