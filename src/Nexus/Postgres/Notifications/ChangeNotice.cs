using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Nexus.Engine;
using Nexus.Json;
using Nexus.Stores;

namespace Nexus.Postgres;

/// <summary>
/// The payload of NOTIFY between instances: the sender, the schema, and the changed records by table, as
/// <c>["sender","schema",{"sessions":["12345"],"users":["*"]},8042]</c>; the number is the sender's clock, for the sender alone. NOTIFY serialises
/// commits (async.c: PreCommit_Notify takes a lock on the database until the commit is done), so there is one a batch and never one a row.
/// </summary>
/// <param name="schema">Tables of the same name may stand in several schemas of a database, which all share the channel.</param>
/// <param name="clock">Gives the timestamp by which the sender knows when a returned notice was sent.</param>
/// <param name="mode">The fallback mode, as heartbeats carry it.</param>
internal sealed class ChangeNotice(string schema, TimeProvider? clock = null, string mode = "off")
{
    public const string Channel = "nexus_changes";

    /// <summary>PostgreSQL takes 7,999 bytes.</summary>
    private const int MaxBytes = 7500;

    private const int ModePlace = 4;

    private readonly string _sender = Guid.NewGuid().ToString("n");

    private string Own { get => field ??= $"[\"{_sender}\""; }

    /// <summary>Qualifies the tables that the notices are about.</summary>
    public SchemaNames Names { get; } = SchemaNames.Of(schema);

    /// <summary>The records that were written, or whole tables when they are too many to name.</summary>
    public ReadOnlyMemory<byte> Payload(WriteKey[] keys)
    {
        // Three bytes are around each key.
        var named = keys.Sum(static key => key.Id.Length + 3) <= MaxBytes ? Write(keys, static key => key.Id) : default;
        return named.Length is > 0 and <= MaxBytes ? named : Write([.. keys.DistinctBy(key => key.Table)], static _ => StateChange.Everything);
    }

    /// <summary>A notice that names no record: <c>["sender","schema",{},8042,"read-write"]</c>.</summary>
    public ReadOnlyMemory<byte> Heartbeat() => Write([], static _ => "", mode);

    /// <summary>What a notice says; nothing where it is about another schema.</summary>
    public HeardNotice Read(string payload)
    {
        // Most notices are our own, and are published already.
        if (payload.StartsWith(Own, StringComparison.Ordinal)) return new HeardNotice([], SentAt: SentAtOf(payload));
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            if (!root[1].ValueEquals(schema)) return new HeardNotice([]);
            StateChange[] changes = [.. root[2].EnumerateObject()
                .SelectMany(table => table.Value.EnumerateArray().Select(id => new StateChange(table.Name, id.GetString()!)))];
            return root.GetArrayLength() > ModePlace
                ? new HeardNotice(changes, Sender: root[0].GetString(), Mode: root[ModePlace].GetString())
                : new HeardNotice(changes);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            // Not of our making: better to drop too much than too little.
            return new HeardNotice(RecordTables.Everything);
        }
    }

    private static long? SentAtOf(string payload)
    {
        // No id follows the last brace.
        var number = payload.AsSpan(Math.Min(payload.LastIndexOf('}') + 2, payload.Length));
        var end = number.IndexOfAny(',', ']');
        return end > 0 && long.TryParse(number[..end], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var sentAt) ? sentAt : null;
    }

    private ReadOnlyMemory<byte> Write(WriteKey[] keys, Func<WriteKey, string> name, string? beating = null)
    {
        var buffer = new ArrayBufferWriter<byte>(128 + (keys.Length * 16));
        using var json = new Utf8JsonWriter(buffer, JsonText.WriterOptions);
        json.WriteStartArray();
        json.WriteStringValue(_sender);
        json.WriteStringValue(schema);
        json.WriteStartObject();
        foreach (var table in RecordTables.All)
        {
            if (!Array.Exists(keys, key => key.Table == table)) continue;
            json.WriteStartArray(table.Name);
            foreach (var key in keys)
            {
                if (key.Table == table) json.WriteStringValue(name(key));
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteNumberValue((clock ?? TimeProvider.System).GetTimestamp());
        if (beating is not null) json.WriteStringValue(beating);
        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenMemory;
    }
}

/// <summary>What a notice says.</summary>
/// <param name="Changes">What another instance changed.</param>
/// <param name="SentAt">Of a notice of this instance: the clock's timestamp when it was sent.</param>
/// <param name="Sender">Of another instance's heartbeat: its id.</param>
/// <param name="Mode">The same: its fallback mode.</param>
internal readonly record struct HeardNotice(IReadOnlyList<StateChange> Changes, long? SentAt = null, string? Sender = null, string? Mode = null);
