using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Operations.Json;

namespace Nexus.Operations.ImportExport;

/// <summary>A list of users with the columns of the legacy bot's table.</summary>
/// <param name="zone">The time zone of timestamps without an offset.</param>
internal sealed class LegacyUsers(TimeZoneInfo zone)
{
    public async IAsyncEnumerable<ImportRecord> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var index = 0L;
        await foreach (var element in JsonMembers.ReadAsync(stream, cancellationToken).ConfigureAwait(false)) yield return Convert(element, index++);
    }

    private ImportRecord Convert(JsonMember element, long index)
    {
        var name = $"user [{index}]";
        try
        {
            using var document = JsonDocument.Parse(element.Json);
            var entry = document.RootElement;
            if (entry.ValueKind != JsonValueKind.Object) return Refused("must be an object");
            var chatId = ReadChatId(entry);
            name = $"user {ClientText.Short(chatId ?? "")}";
            return new UserRecord(
                ChatId.Parse(chatId, "chat_id"),
                Text(entry, "name"),
                LegacyRole.Parse(Text(entry, "role")),
                Instant(entry, "expires_at"),
                Instant(entry, "created_at"),
                Text(entry, "timezone"),
                TelegramId(entry),
                entry.TryGetProperty("enabled_groups", out var groups) && groups.ValueKind != JsonValueKind.Null
                    ? JsonMarshal.GetRawUtf8Value(groups).ToArray()
                    : default(ReadOnlyMemory<byte>?));
        }
        catch (NexusValidationException error)
        {
            return Refused(error.Message);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return Refused("is not valid JSON text");
        }

        RefusedRecord Refused(string reason) => new(ImportKind.Users, name, reason);
    }

    private static string? ReadChatId(JsonElement entry) => !entry.TryGetProperty("chat_id", out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static string? Text(JsonElement entry, string name)
    {
        if (!entry.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new NexusValidationException(name, "must be text");
    }

    private DateTimeOffset? Instant(JsonElement entry, string name)
    {
        if (Text(entry, name) is not { Length: > 0 } text) return null;
        return InstantText.TryParse(text, zone, out var instant)
            ? instant
            : throw new NexusValidationException(name, "must be an instant such as 2026-01-31 12:00:00");
    }

    private static long? TelegramId(JsonElement entry)
    {
        if (!entry.TryGetProperty("telegram_id", out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var id)
            ? id
            : throw new NexusValidationException("telegram_id", "must be a whole number");
    }
}
