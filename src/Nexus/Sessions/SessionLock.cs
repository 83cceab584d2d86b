using System.Text.Json;
using Nexus.Json;

namespace Nexus.Sessions;

/// <summary>
/// What a locked session's config looks like: it watches and has no strategies and groups, as in the bot that Nexus replaces. What it had stands
/// beside, in members that begin with <c>locked_down</c>, so that a renewal brings it back. Keys and all other members stay.
/// </summary>
internal static class SessionLock
{
    /// <summary>The mode in which a bot does not trade.</summary>
    public const string Watcher = "WATCHER";

    private const string Flag = "locked_down";

    private const string Prefix = $"{Flag}_";

    private static readonly string[] Fields = ["mode", "strategies", "groups"];

    /// <summary>The config locked down; null if it is already.</summary>
    public static byte[]? Lock(ReadOnlyMemory<byte> config)
    {
        using var document = JsonDocument.Parse(config, JsonText.StoredOptions);
        var root = document.RootElement;
        // A row of an adopted table may hold anything.
        if (root.ValueKind != JsonValueKind.Object) return null;
        var isLocked = IsLocked(root);
        if (isLocked && Array.TrueForAll(Fields, field => IsLockedValue(root, field))) return null;
        return Write(root, json =>
        {
            foreach (var field in Fields)
            {
                WriteLockedValue(json, field);
                // A member that is locked already keeps what was remembered before. A caller may have changed another one in the meantime.
                var former = isLocked && IsLockedValue(root, field) ? Prefix + field : field;
                if (!root.TryGetProperty(former, out var value)) continue;
                json.WritePropertyName(Prefix + field);
                value.WriteTo(json);
            }
            json.WriteBoolean(Flag, true);
        });
    }

    /// <summary>The config as it was before; null if it is not locked. A member that was changed since keeps its new value.</summary>
    public static byte[]? Restore(ReadOnlyMemory<byte> config)
    {
        using var document = JsonDocument.Parse(config, JsonText.StoredOptions);
        var root = document.RootElement;
        if (!IsLocked(root)) return null;
        return Write(root, json =>
        {
            foreach (var field in Fields)
            {
                if (!root.TryGetProperty(IsLockedValue(root, field) ? Prefix + field : field, out var value)) continue;
                json.WritePropertyName(field);
                value.WriteTo(json);
            }
        });
    }

    /// <summary>Whether a config is locked.</summary>
    public static bool IsLocked(ReadOnlyMemory<byte> config)
    {
        using var document = JsonDocument.Parse(config, JsonText.StoredOptions);
        return IsLocked(document.RootElement);
    }

    private static bool IsLocked(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(Flag, out var flag) && flag.ValueKind == JsonValueKind.True;

    private static bool IsLockedValue(JsonElement root, string field) => root.TryGetProperty(field, out var value)
        && (field == Fields[0]
            ? value.ValueKind == JsonValueKind.String && value.ValueEquals(Watcher)
            : value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().MoveNext());

    private static void WriteLockedValue(Utf8JsonWriter json, string field)
    {
        if (field == Fields[0])
        {
            json.WriteString(field, Watcher);
            return;
        }
        json.WriteStartObject(field);
        json.WriteEndObject();
    }

    private static byte[] Write(JsonElement root, Action<Utf8JsonWriter> members)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonText.StoredWriterOptions))
        {
            json.WriteStartObject();
            foreach (var member in root.EnumerateObject())
            {
                if (Array.Exists(Fields, field => member.NameEquals(field) || member.NameEquals(Prefix + field)) || member.NameEquals(Flag)) continue;
                member.WriteTo(json);
            }
            members(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
