using System.Buffers;
using System.Text.Json;
using Nexus.Json;

namespace Nexus.Sqlite;

/// <summary>A session's document: <c>{"api_key", "api_secret", "config"}</c>, the keys left out where there are none.</summary>
/// <remarks>Read by a scan that cuts the config out without looking inside: loading ten thousand sessions is mostly this.</remarks>
internal readonly record struct SessionDocument(string? ApiKey, string? ApiSecret, ReadOnlyMemory<byte> Config)
{
    private static readonly JsonReaderOptions ReaderOptions = JsonText.StoredReaderOptions;

    public static SessionDocument Parse(byte[] document)
    {
        string? apiKey = null;
        string? apiSecret = null;
        ReadOnlyMemory<byte> config = "{}"u8.ToArray();
        var reader = new Utf8JsonReader(document, ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("api_key"u8)) apiKey = ReadString(ref reader);
            else if (reader.ValueTextEquals("api_secret"u8)) apiSecret = ReadString(ref reader);
            else if (reader.ValueTextEquals("config"u8)) config = Cut(document, ref reader);
            else reader.Skip();
        }
        return new SessionDocument(apiKey, apiSecret, config);
    }

    public byte[] ToUtf8()
    {
        var buffer = new ArrayBufferWriter<byte>(Config.Length + 512);
        using var json = new Utf8JsonWriter(buffer, JsonText.WriterOptions);
        json.WriteStartObject();
        if (ApiKey is not null) json.WriteString("api_key"u8, ApiKey);
        if (ApiSecret is not null) json.WriteString("api_secret"u8, ApiSecret);
        json.WritePropertyName("config"u8);
        json.WriteRawValue(Config.Span, skipInputValidation: true);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The names that are <c>true</c> in the config's <c>strategies</c>.</summary>
    public static HashSet<string> EnabledStrategies(ReadOnlySpan<byte> config)
    {
        HashSet<string> enabled = new(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(config, ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isStrategies = reader.ValueTextEquals("strategies"u8);
            reader.Read();
            if (!isStrategies || reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                if (reader.TokenType == JsonTokenType.True) enabled.Add(name);
                else reader.Skip();
            }
        }
        return enabled;
    }

    private static string? ReadString(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString();
    }

    private static ReadOnlyMemory<byte> Cut(byte[] document, ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return document.AsMemory(start..(int)reader.BytesConsumed);
    }
}
