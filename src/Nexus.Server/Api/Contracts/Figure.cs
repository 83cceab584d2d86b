using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Operations.Json;

namespace Nexus.Server.Api;

/// <summary>A computed decimal of a response: all its digits, also those that no <see cref="decimal"/> holds.</summary>
[JsonConverter(typeof(FigureConverter))]
internal readonly record struct Figure(decimal Value, string? Exact)
{
    public static Figure Of(string name, decimal value, IReadOnlyDictionary<string, string>? exact) => new(value, exact?.GetValueOrDefault(name));

    public static Figure? Of(string name, decimal? value, IReadOnlyDictionary<string, string>? exact) =>
        value is { } known ? Of(name, known, exact) : null;
}

/// <summary>Writes a figure as other decimals are written.</summary>
internal sealed class FigureConverter : JsonConverter<Figure>
{
    private static readonly DecimalConverter Decimals = new();

    public override Figure Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(Decimals.Read(ref reader, typeof(decimal), options), Exact: null);

    public override void Write(Utf8JsonWriter writer, Figure value, JsonSerializerOptions options)
    {
        if (value.Exact is { } digits) writer.WriteStringValue(digits);
        else Decimals.Write(writer, value.Value, options);
    }
}
