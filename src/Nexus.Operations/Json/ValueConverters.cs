using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Json;

/// <summary>Decimals are written as text, because many JSON readers convert numbers to floating point, and read as text or numbers.</summary>
internal sealed class DecimalConverter : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
            throw new FieldFormatException("must be a decimal number, as text or as a number");
        var text = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        return ExactDecimal.TryParse(text, out var value)
            ? value
            : throw new FieldFormatException("must be a decimal number of at most 28 digits, such as \"0.00012\"");
    }

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteStringValue(ExactDecimal.Format(value));
}

/// <summary>Text, with separate errors for other types and for invalid Unicode.</summary>
internal sealed class TextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new FieldFormatException("must be text");
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            throw new FieldFormatException("must be valid Unicode, without lone surrogates");
        }
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>Instants: read as ISO 8601 with an offset, written in UTC with at most microseconds.</summary>
internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
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

internal static class Instants
{
    /// <summary>Without an offset, the same text would mean a different instant on each machine.</summary>
    public static bool NamesOffset(string text) => text.Length > 10 && (text[^1] is 'Z' || text.AsSpan(10).ContainsAny('+', '-'));
}

/// <summary>Chat ids are text. A whole number of any length is read as its digits.</summary>
internal sealed class ChatIdConverter : JsonConverter<ChatId>
{
    public override ChatId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
            throw new FieldFormatException("must be a chat id: text of digits with an optional leading minus");
        var text = reader.TokenType == JsonTokenType.String
            ? reader.GetString()!
            : System.Text.Encoding.ASCII.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
        try
        {
            return ChatId.Parse(text);
        }
        catch (NexusValidationException error)
        {
            throw new FieldFormatException(error.Reason);
        }
    }

    public override void Write(Utf8JsonWriter writer, ChatId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

/// <summary>An enumeration by its names in the API, ignoring case.</summary>
internal abstract class NameConverter<T>(params (string Name, T Value)[] names) : JsonConverter<T>
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

internal sealed class SideConverter() : NameConverter<TradeSide>(("LONG", TradeSide.Long), ("SHORT", TradeSide.Short));

internal sealed class StatusConverter() : NameConverter<TradeStatus>(
    ("OPEN", TradeStatus.Open), ("CLOSED", TradeStatus.Closed), ("CANCELLED", TradeStatus.Cancelled))
{
    public static StatusConverter Instance { get; } = new();
}

internal sealed class RoleConverter() : NameConverter<UserRole>(("user", UserRole.User), ("admin", UserRole.Admin));

internal sealed class AccessRoleConverter() : NameConverter<AccessRole>(
    ("owner", AccessRole.Owner), ("admin", AccessRole.Admin), ("user", AccessRole.User),
    ("expired", AccessRole.Expired), ("none", AccessRole.None), ("error", AccessRole.Error));
