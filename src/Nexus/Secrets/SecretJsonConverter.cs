using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Secrets;

/// <summary>
/// Serialising an object that holds a secret always shows the mask. Public for the source generator of JSON, which writes
/// <c>Session</c> in programs that are trimmed or compiled natively.
/// </summary>
public sealed class SecretJsonConverter : JsonConverter<Secret>
{
    /// <summary>The text as a secret, or null.</summary>
    public override Secret? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } plain ? Secret.Of(plain) : null;

    /// <summary>The mask.</summary>
    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(Secret.Mask);
    }
}
