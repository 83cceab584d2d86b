using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Operations.Json;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Server.Api;

/// <summary>Reads values of the query string and refuses unknown names: a misspelt filter must not return everything.</summary>
internal static class QueryValues
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;

    private const char LegacyMark = '~';

    /// <summary>
    /// For routes whose handlers declare their query values as parameters. Not an endpoint filter, which allocates three objects for each request.
    /// </summary>
    public static TBuilder RefuseUnknownQuery<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            var handler = endpoint.Metadata.OfType<MethodInfo>().Single();
            var known = handler.GetParameters().ToDictionary(
                parameter => parameter.Name!, parameter => parameter.ParameterType == typeof(string[]), StringComparer.Ordinal);
            var next = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
            {
                if (context.Request.QueryString.HasValue) Check(context.Request.Query, known);
                return next(context);
            };
        });
        return builder;
    }

    private static void Check(IQueryCollection query, Dictionary<string, bool> isRepeatable)
    {
        foreach (var (name, values) in query)
        {
            if (!isRepeatable.TryGetValue(name, out var isList))
                throw new NexusValidationException(ClientText.Short(name), "is not a known query parameter");
            if (values.Count > 1 && !isList) throw new NexusValidationException(name, "is given twice");
        }
    }

    public static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;

    public static ChatId? Chat(string field, string? value) => string.IsNullOrEmpty(value) ? default(ChatId?) : ChatId.Parse(value, field);

    /// <summary>
    /// The cursor of a page that ends with this chat. A legacy id that is not a number is marked, because a caller may not use it as a chat id.
    /// </summary>
    public static string CursorOf(ChatId chat) =>
        ChatId.TryParse(chat.Value, out _) ? chat.Value : LegacyMark + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(chat.Value));

    /// <summary>The chat of a cursor.</summary>
    public static ChatId? ChatCursor(string field, string? value)
    {
        if (value is null || !value.StartsWith(LegacyMark)) return Chat(field, value);
        var bytes = new byte[4 * ChatId.MaxLength];
        return Base64Url.DecodeFromChars(value.AsSpan(1), bytes, out _, out var length) == OperationStatus.Done
            && !bytes.AsSpan(0, length).Contains((byte)0)
            ? ChatId.FromStore(Encoding.UTF8.GetString(bytes, 0, length))
            : throw new NexusValidationException(field, "must be the next of the previous page");
    }

    public static int Limit(string? value) => Number("limit", value, 1, MaxLimit) ?? DefaultLimit;

    public static int? Number(string field, string? value, int min, int max)
    {
        if (string.IsNullOrEmpty(value)) return null;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new NexusValidationException(field, $"must be a whole number, {min} to {max}");
    }

    public static bool Flag(string field, string? value) => value switch
    {
        null or "" or "false" => false,
        "true" => true,
        _ => throw new NexusValidationException(field, "must be true or false"),
    };

    public static DateTimeOffset? Instant(string field, string? value)
    {
        if (string.IsNullOrEmpty(value)) return null;
        return Instants.NamesOffset(value) && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? instant
            : throw new NexusValidationException(
                field, "must be an ISO 8601 instant with its offset, such as 2026-01-31T12:00:00Z; encode a plus sign as %2B");
    }

    public static TradeStatus? Status(string? value)
    {
        if (string.IsNullOrEmpty(value)) return null;
        return StatusConverter.Instance.TryParse(value, out var status)
            ? status
            : throw new NexusValidationException("status", StatusConverter.Instance.Expected);
    }

    public static UserRole? Role(string? value) => value switch
    {
        null or "" => null,
        "user" => UserRole.User,
        "admin" => UserRole.Admin,
        _ => throw new NexusValidationException("role", "must be user or admin"),
    };

    public static Guid Id(string field, string value) =>
        Guid.TryParseExact(value, "D", out var id)
            ? id
            : throw new NexusValidationException(field, "must be a UUID such as 0190b6a0-0000-7000-8000-000000000000");
}
