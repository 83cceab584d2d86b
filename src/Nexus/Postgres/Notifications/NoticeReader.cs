using System.Globalization;
using System.Text.Json;
using Nexus.Engine;
using Nexus.Stores;

namespace Nexus.Postgres;

/// <summary>
/// Reads what comes on the channel. Every role that may connect to the database may send there: whatever is not understood counts as a change of
/// everything, so a stranger can empty caches and nothing else.
/// </summary>
internal sealed class NoticeReader(ChangeNotice own)
{
    private const int ModePlace = 4;
    private const int NumberPlace = 5;
    private const int EndPlace = 6;

    /// <summary>Instances name themselves by 32 digits.</summary>
    private const int LongestSender = 64;

    private readonly string _ownStart = $"[\"{own.Sender}\"";

    /// <summary>What a notice says; nothing where it is about another schema.</summary>
    public HeardNotice Read(string payload)
    {
        // Most notices are our own, and are published already.
        if (payload.StartsWith(_ownStart, StringComparison.Ordinal) && TryReadNumber(payload, out var number))
            return new HeardNotice([], own.Sender, IsOwn: true, Number: number);
        try
        {
            using var document = JsonDocument.Parse(payload);
            return Read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or IndexOutOfRangeException or FormatException)
        {
            return HeardNotice.Strange;
        }
    }

    private HeardNotice Read(JsonElement root)
    {
        var sender = root[0].GetString();
        if (!root[1].ValueEquals(own.Schema)) return default;
        if (sender is null or { Length: > LongestSender }) return HeardNotice.Strange;
        List<StateChange> changes = [];
        foreach (var table in root[2].EnumerateObject())
        {
            // Of a newer version.
            if (RecordTables.Find(table.Name) is not { } known) continue;
            foreach (var id in table.Value.EnumerateArray())
            {
                if (id.GetString() is not { } text) return HeardNotice.Strange;
                changes.Add(new StateChange(known.Name, text));
            }
        }
        var places = root.GetArrayLength();
        return new HeardNotice(
            changes,
            sender,
            sender == own.Sender,
            places > ModePlace ? root[ModePlace].GetString() : null,
            places > NumberPlace ? root[NumberPlace].GetInt64() : null,
            places > EndPlace);
    }

    /// <summary>From the end of a notice that this instance wrote: <c>},0,"mode",17]</c>. No id follows the last brace.</summary>
    private static bool TryReadNumber(string payload, out long number)
    {
        number = 0;
        var end = payload.AsSpan(payload.LastIndexOf('}') + 1);
        Span<Range> parts = stackalloc Range[5];
        return end.Split(parts, ',') >= 4
            && long.TryParse(end[parts[3]].TrimEnd(']'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }
}

/// <summary>What a notice says.</summary>
/// <param name="Changed">What changed.</param>
/// <param name="Sender">The instance's id; null where there is none.</param>
/// <param name="IsOwn">Whether the notice names this instance as its sender.</param>
/// <param name="Mode">The sender's fallback mode.</param>
/// <param name="Number">From 1 on, counted for each connection of a sender. Zero or less: peers must not count it. Null in a notice that a
/// transaction sent itself, and from an earlier version.</param>
/// <param name="IsEnd">The sender's last notice.</param>
internal readonly record struct HeardNotice(IReadOnlyList<StateChange>? Changed, string? Sender = null, bool IsOwn = false, string? Mode = null,
    long? Number = null, bool IsEnd = false)
{
    /// <summary>Not of our making: better to drop too much than too little.</summary>
    public static HeardNotice Strange { get; } = new(RecordTables.Everything);

    public IReadOnlyList<StateChange> Changes => Changed ?? [];
}
