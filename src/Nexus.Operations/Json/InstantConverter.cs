using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Json;

/// <summary>Instants: read as ISO 8601 with an offset, written in UTC with at most microseconds.</summary>
public sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    private const string Expected = "must be an ISO 8601 instant with its offset, such as 2026-01-31T12:00:00Z";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || !reader.TryGetDateTimeOffset(out var instant) || !Instants.NamesOffset(reader.GetString()!))
            throw new FieldFormatException(Expected);
        return instant;
    }

    /// <summary>To the microsecond, the precision of the stores, without trailing zeros.</summary>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        var ticks = value.UtcTicks;
        writer.WriteStringValue(new DateTime(ticks - (ticks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc));
    }
}
