using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Json;

/// <summary>
/// A document in JSON: written with a mask in place of each secret, as <see cref="StateJson.ToString"/> shows it, and read as it is.
/// </summary>
public sealed class StateJsonConverter : JsonConverter<StateJson>
{
    /// <summary>The document. It is validated when it is saved.</summary>
    public override StateJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return StateJson.Parse(Encoding.UTF8.GetBytes(document.RootElement.GetRawText()));
    }

    /// <summary>The document without its secrets.</summary>
    public override void Write(Utf8JsonWriter writer, StateJson value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteRawValue(value.MaskedUtf8());
    }
}
