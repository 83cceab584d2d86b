using System.Buffers;
using System.Text.Json;

namespace Nexus.Storage.Postgres;

/// <summary>
/// What instances tell each other through NOTIFY: who, in which schema, and the changed records by table, as
/// <c>["sender","schema",{"sessions":["12345"],"users":["*"]}]</c>. NOTIFY serialises commits (async.c: PreCommit_Notify takes a lock on the
/// database until the commit is done), so there is one a batch and never one a row.
/// </summary>
/// <param name="schema">Tables of the same name may stand in several schemas of a database, which all share the channel.</param>
internal sealed class ChangeNotice(string schema)
{
    public const string Channel = "nexus_changes";

    /// <summary>PostgreSQL takes 7,999 bytes.</summary>
    private const int MaxBytes = 7500;

    private readonly string _sender = Guid.NewGuid().ToString("n");

    private string Own => $"[\"{_sender}\"";

    /// <summary>The records that were written, or whole tables when they are too many to name.</summary>
    public ReadOnlyMemory<byte> Payload(WriteKey[] keys)
    {
        // Three bytes are around each key.
        var named = keys.Sum(static key => key.Id.Length + 3) <= MaxBytes ? Write(keys, static key => key.Id) : default;
        return named.Length is > 0 and <= MaxBytes ? named : Write([.. keys.DistinctBy(key => key.Table)], static _ => StateChange.Everything);
    }

    /// <summary>What another instance says that it changed; null for a notice of our own or of another schema.</summary>
    public IReadOnlyList<StateChange>? Read(string payload)
    {
        // Most notices are our own, and are published already.
        if (payload.StartsWith(Own, StringComparison.Ordinal)) return null;
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            if (!root[1].ValueEquals(schema)) return null;
            return [.. root[2].EnumerateObject().SelectMany(table => table.Value.EnumerateArray().Select(id => new StateChange(table.Name, id.GetString()!)))];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            // Not of our making: better to drop too much than too little.
            return Everything;
        }
    }

    public static IReadOnlyList<StateChange> Everything { get; } =
        [.. StateTableNames.All.Select(table => new StateChange(table.ToName(), StateChange.Everything))];

    private ReadOnlyMemory<byte> Write(WriteKey[] keys, Func<WriteKey, string> name)
    {
        var buffer = new ArrayBufferWriter<byte>(128 + (keys.Length * 16));
        using var json = new Utf8JsonWriter(buffer, JsonText.WriterOptions);
        json.WriteStartArray();
        json.WriteStringValue(_sender);
        json.WriteStringValue(schema);
        json.WriteStartObject();
        foreach (var table in StateTableNames.All)
        {
            if (!Array.Exists(keys, key => key.Table == table)) continue;
            json.WriteStartArray(table.ToName());
            foreach (var key in keys)
            {
                if (key.Table == table) json.WriteStringValue(name(key));
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
