using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.Json;
using Nexus.Operations.Adoption;
using Nexus.Trades;

namespace Nexus.Operations.ImportExport;

/// <summary>What the adoption kept of a row of trade_journal inside the metadata of its trade.</summary>
/// <param name="Id">The row's id; null for a trade that was not adopted.</param>
/// <param name="CreatedAt">When the row was made; null if that is unknown.</param>
/// <param name="Metadata">The metadata as the legacy had it.</param>
internal sealed record LegacyJournal(long? Id, DateTimeOffset? CreatedAt, byte[] Metadata)
{
    /// <param name="row">The trade.</param>
    /// <param name="metadata">Its metadata with secrets in plain text.</param>
    public static LegacyJournal Of(TradeRow row, byte[] metadata)
    {
        if (JsonNode.Parse(metadata, documentOptions: new JsonDocumentOptions { MaxDepth = 1000 }) is not JsonObject document)
            return new(null, null, metadata);
        // The adoption took the first name that was free, so it is the last of them.
        var name = "legacy";
        while (document.ContainsKey(name + "_")) name += "_";
        if (document[name] is not JsonObject kept || IdOf(row, kept) is not { } id) return new(null, null, metadata);
        document.Remove(name);
        var created = TextOf(kept, "created_at");
        JsonNode? whole = document.Count == 0 && kept.TryGetPropertyValue("metadata", out var other) ? other : document;
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return new(id, DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture, Utc, out var at) ? at : null, BytesOf(whole));
    }

    /// <summary>The id, if the trade's id follows from it: metadata may hold anything.</summary>
    private static long? IdOf(TradeRow row, JsonObject kept) =>
        TextOf(kept, "id") is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id <= int.MaxValue
            && JournalIds.Of(text, row.ChatId, row.EntryTimestamp) == row.Id
            ? id : null;

    private static string? TextOf(JsonObject kept, string name) =>
        kept[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static byte[] BytesOf(JsonNode? node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, JsonText.WriterOptions))
        {
            if (node is null) writer.WriteNullValue();
            else node.WriteTo(writer);
        }
        return stream.ToArray();
    }
}
