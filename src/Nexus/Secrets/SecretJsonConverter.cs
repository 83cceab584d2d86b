using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Secrets;

/// <summary>Serialising an object that holds a secret always shows the mask.</summary>
internal sealed class SecretJsonConverter : JsonConverter<Secret>
{
    public override Secret? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } plain ? Secret.Of(plain) : null;

    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(Secret.Mask);
}
