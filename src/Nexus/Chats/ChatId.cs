using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Chats;

/// <summary>The tenant: a Telegram chat id, a signed number kept as text of at most 50 characters.</summary>
/// <remarks>Groups and channels have negative ids: https://core.telegram.org/bots/api#chat.</remarks>
[TypeConverter(typeof(ChatIdTypeConverter))]
[System.Text.Json.Serialization.JsonConverter(typeof(ChatIdJsonConverter))]
public readonly record struct ChatId : IComparable<ChatId>, IParsable<ChatId>
{
    /// <summary>The longest accepted text, in characters: the width of the <c>chat_id</c> columns.</summary>
    public const int MaxLength = 50;

    private readonly string? _value;

    private ChatId(string value) => _value = value;

    /// <summary>The id as text; <c>"0"</c> for the default value.</summary>
    public string Value => _value ?? "0";

    /// <summary>Reads an optional minus and digits, 50 characters at most.</summary>
    /// <param name="value">The text.</param>
    /// <param name="field">The field that an error names.</param>
    /// <example><code>var chat = ChatId.Parse("-1001234567890");</code></example>
    /// <exception cref="NexusValidationException">The text is empty, not a number or too long.</exception>
    public static ChatId Parse(string? value, string field = "chatId")
    {
        if (string.IsNullOrEmpty(value)) throw new NexusValidationException(field, "must not be empty");
        if (value.Length > MaxLength) throw new NexusValidationException(field, $"must be at most {MaxLength} characters, not {value.Length}");
        if (!IsNumber(value)) throw new NexusValidationException(field, "must be a number: digits with an optional leading minus");
        return new ChatId(value);
    }

    /// <summary>Accepts what <see cref="Parse(string?, string)"/> accepts, without an exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? value, out ChatId chatId)
    {
        var valid = !string.IsNullOrEmpty(value) && value.Length <= MaxLength && IsNumber(value);
        chatId = valid ? new ChatId(value!) : default;
        return valid;
    }

    static ChatId IParsable<ChatId>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<ChatId>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ChatId result) => TryParse(s, out result);

    /// <summary>A number is always a chat id.</summary>
    public static implicit operator ChatId(long value) => new(value.ToString());

    /// <summary>An id as a legacy table holds it, which the rules above may not cover; read only.</summary>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public static ChatId FromStore(string value) => new(value);

    /// <summary>An id out of an export: beside numbers, what the legacy kept as an id, which an adopted database keeps.</summary>
    /// <exception cref="NexusValidationException">The text is empty or too long, or cannot be stored.</exception>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public static ChatId ParseStored(string? value, string field = "chatId") => new(Validation.Text(field, value ?? "", MaxLength));

    /// <inheritdoc/>
    public int CompareTo(ChatId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Ordinal order of the text.</summary>
    public static bool operator <(ChatId left, ChatId right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order of the text.</summary>
    public static bool operator >(ChatId left, ChatId right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order of the text.</summary>
    public static bool operator <=(ChatId left, ChatId right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order of the text.</summary>
    public static bool operator >=(ChatId left, ChatId right) => left.CompareTo(right) >= 0;

    private static bool IsNumber(string value)
    {
        var digits = value.AsSpan(value[0] == '-' ? 1 : 0);
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange('0', '9');
    }
}
