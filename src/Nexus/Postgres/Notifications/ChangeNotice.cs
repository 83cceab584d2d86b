using System.Buffers;
using System.Text;
using System.Text.Json;
using Nexus.Engine;
using Nexus.Json;
using Nexus.Stores;

namespace Nexus.Postgres;

/// <summary>
/// Writes the payloads of NOTIFY between instances: the sender, the schema, the changed records by table, a zero, and in a notice of the
/// <see cref="ChangeNotifier"/> the sender's fallback mode and the notice's number, as
/// <c>["sender","schema",{"sessions":["12345"]},0,"read-write",17]</c>. <see cref="NoticeReader"/> reads them.
/// </summary>
/// <remarks>
/// Earlier versions wrote their clock in place of the zero, no number, and the mode in heartbeats alone. They read these notices: they take the
/// changes from the third element, the mode from the fifth, and ignore what follows.
/// </remarks>
/// <param name="schema">Tables of the same name may stand in several schemas of a database, which all share the channel.</param>
/// <param name="mode">The fallback mode.</param>
internal sealed class ChangeNotice(string schema, string mode = "off")
{
    public const string Channel = "nexus_changes";

    /// <summary>PostgreSQL takes 7,999 bytes. What follows the changes needs less than the difference.</summary>
    private const int MaxBytes = 7500;

    /// <summary>The most bytes of one UTF-16 code unit in JSON.</summary>
    private const int BytesOfUnit = 6;

    /// <summary>Quotes, comma, brackets, and the name of a table.</summary>
    private const int Around = 64;

    /// <summary>A new one for each start.</summary>
    public string Sender { get; } = Guid.NewGuid().ToString("n");

    /// <summary>The schema that the notices are about.</summary>
    public string Schema => schema;

    /// <summary>Qualifies the tables that the notices are about.</summary>
    public SchemaNames Names { get; } = SchemaNames.Of(schema);

    /// <summary>Notices that a transaction sends itself.</summary>
    public string[] Plain(IReadOnlyCollection<StateChange> changes) => Split(changes, static (_, _) => { });

    /// <summary>Numbered notices, at least one.</summary>
    /// <param name="changes">What changed; empty for a heartbeat.</param>
    /// <param name="first">The number of the first one; the others follow.</param>
    /// <param name="isEnd">Whether they are the sender's last.</param>
    public string[] Numbered(IReadOnlyCollection<StateChange> changes, long first, bool isEnd = false) => Split(changes, (json, n) =>
    {
        json.WriteStringValue(mode);
        json.WriteNumberValue(first + n);
        if (isEnd) json.WriteStringValue("end");
    });

    private string[] Split(IReadOnlyCollection<StateChange> changes, Action<Utf8JsonWriter, int> end)
    {
        List<string> notices = [];
        var buffer = new ArrayBufferWriter<byte>(Math.Min(MaxBytes, 128 + (changes.Count * 20)));
        using var json = new Utf8JsonWriter(buffer, JsonText.WriterOptions);
        string? table = null;
        Begin();
        foreach (var change in changes.OrderBy(change => change.Table, StringComparer.Ordinal))
        {
            var size = Around + (BytesOfUnit * change.Id.Length);
            // No id of today's tables is so long.
            var id = size > MaxBytes / 2 ? StateChange.Everything : change.Id;
            if (json.BytesCommitted + json.BytesPending + Math.Min(size, MaxBytes / 2) > MaxBytes)
            {
                End();
                Begin();
            }
            if (table != change.Table)
            {
                if (table is not null) json.WriteEndArray();
                json.WriteStartArray(table = change.Table);
            }
            json.WriteStringValue(id);
        }
        End();
        return [.. notices];

        void Begin()
        {
            json.WriteStartArray();
            json.WriteStringValue(Sender);
            json.WriteStringValue(schema);
            json.WriteStartObject();
        }

        void End()
        {
            if (table is not null) json.WriteEndArray();
            table = null;
            json.WriteEndObject();
            json.WriteNumberValue(0);
            end(json, notices.Count);
            json.WriteEndArray();
            json.Flush();
            notices.Add(Encoding.UTF8.GetString(buffer.WrittenSpan));
            buffer.Clear();
            json.Reset(buffer);
        }
    }
}
