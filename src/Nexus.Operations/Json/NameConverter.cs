using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Json;

/// <summary>An enumeration by its names in the API, ignoring case.</summary>
public abstract class NameConverter<T>(params (string Name, T Value)[] names) : JsonConverter<T>
    where T : struct, Enum
{
    public string Expected { get; } = $"must be {string.Join(", ", names[..^1].Select(pair => pair.Name))} or {names[^1].Name}";

    public IEnumerable<string> Names => names.Select(pair => pair.Name);

    public bool TryParse(string? text, out T value)
    {
        foreach (var (name, candidate) in names)
        {
            if (!string.Equals(name, text, StringComparison.OrdinalIgnoreCase)) continue;
            value = candidate;
            return true;
        }
        value = default;
        return false;
    }

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var value) ? value : throw new FieldFormatException(Expected);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(names.First(pair => EqualityComparer<T>.Default.Equals(pair.Value, value)).Name);
}
