using System.Text.Json;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.KeyedState;
using Nexus.Trades;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// The database of freqtrade (https://github.com/freqtrade/freqtrade, <c>freqtrade/persistence</c>): trades, with their orders as fills
/// and metadata and their custom data as metadata; locks and values as keyed state.
/// </summary>
internal sealed class FreqtradeSource(SourceDatabase database, ChatId chat, SourceReport report)
{
    public const string Program = "freqtrade";

    private const string Trades = "trades";
    private const string Orders = "orders";
    private const string CustomData = "trade_custom_data";
    private const string Locks = "pairlocks";
    private const string Values = "KeyValueStore";

    /// <summary>The newest version of a row of the trades that is understood.</summary>
    private const long NewestRecord = 2;

    private readonly Dictionary<long, List<SourceRow>> _orders = [];
    private readonly Dictionary<long, List<SourceRow>> _custom = [];

    /// <exception cref="NexusValidationException">The file is not one of freqtrade, or of a newer version.</exception>
    public IEnumerable<ImportRecord> Read()
    {
        if (!database.Tables.Contains(Trades) || !database.ColumnsOf(Trades).Contains("pair"))
            throw new NexusValidationException("file", "is not a database of freqtrade: it has no table trades with a column pair");
        report.Note("Numbers are floating point in freqtrade. Each is taken as the shortest decimal that is the same number; what was lost before "
            + "it was stored cannot be restored");
        var tables = database.Tables.ToDictionary(table => table, table => report.Add(database, table), StringComparer.Ordinal);
        foreach (var (name, table) in tables.Where(table => !IsKnown(table.Key)))
        {
            table.Skip(
                IsBackup(name) ? "is a copy that freqtrade made before it changed its tables" : "is a table without a place in Nexus", table.Rows);
        }
        Gather(tables, Orders, _orders);
        Gather(tables, CustomData, _custom);
        foreach (var row in database.Rows(Trades, "id"))
        {
            var id = row.Key("id") ?? 0;
            var (orders, custom) = (Take(_orders, id), Take(_custom, id));
            yield return Convert(tables, row, id, orders, custom);
        }
        SkipOrphans(tables, Orders, _orders);
        SkipOrphans(tables, CustomData, _custom);
        if (tables.TryGetValue(Locks, out var locks))
        {
            foreach (var row in database.Rows(Locks, "id")) yield return ConvertLock(row, locks);
        }
        if (tables.TryGetValue(Values, out var values))
        {
            foreach (var row in database.Rows(Values, "id")) yield return ConvertValue(row, values);
        }
    }

    private static bool IsKnown(string table) => table is Trades or Orders or CustomData or Locks or Values;

    private static bool IsBackup(string table) => table.Contains("_bak", StringComparison.Ordinal);

    private void Gather(Dictionary<string, SourceTable> tables, string name, Dictionary<long, List<SourceRow>> rows)
    {
        if (!tables.ContainsKey(name)) return;
        foreach (var row in database.Rows(name, "id"))
        {
            var trade = row.Key("ft_trade_id") ?? -1;
            if (!rows.TryGetValue(trade, out var list)) rows.Add(trade, list = []);
            list.Add(row);
        }
    }

    private static List<SourceRow> Take(Dictionary<long, List<SourceRow>> rows, long trade) => rows.Remove(trade, out var list) ? list : [];

    private static void SkipOrphans(Dictionary<string, SourceTable> tables, string name, Dictionary<long, List<SourceRow>> rows)
    {
        if (tables.TryGetValue(name, out var table)) table.Skip("belongs to no trade", rows.Values.Sum(list => (long)list.Count));
    }

    private ImportRecord Convert(
        Dictionary<string, SourceTable> tables, SourceRow row, long id, List<SourceRow> orders, List<SourceRow> custom)
    {
        var name = $"trade {row.Label("id")} of freqtrade";
        try
        {
            _ = row.Integer("id") ?? throw new NexusValidationException("id", "is missing in the source");
            if (row.Integer("record_version") > NewestRecord)
                throw new NexusValidationException("record_version", $"must be at most {NewestRecord}: it was written by a newer freqtrade");
            var trade = FreqtradeTrade.Convert(row, id, chat, report);
            var metadata = FreqtradeTrade.Metadata(row, orders, custom);
            var fills = FreqtradeFills.Read(trade, orders, report);
            return new TradeRecord(trade with { Metadata = StateJson.Parse(metadata), Fills = fills })
            {
                Name = name,
                HasFiguresOfItsOwn = true,
                Counted = (result, reason) =>
                {
                    tables[Trades].Count(result, reason);
                    if (result == ImportResult.Refused)
                    {
                        Skip(tables, orders, custom);
                        return;
                    }
                    for (var n = 0; n < fills.Count; n++) tables[Orders].Count(result, reason);
                    tables.GetValueOrDefault(Orders)?.Keep(orders.Count - fills.Count);
                    tables.GetValueOrDefault(CustomData)?.Keep(custom.Count);
                },
            };
        }
        catch (Exception error) when (error is NexusValidationException or OverflowException)
        {
            Skip(tables, orders, custom);
            var reason = error is OverflowException ? "fees: their sum has more digits than a decimal holds" : error.Message;
            return new RefusedRecord(ImportKind.Trades, name, reason) { Counted = tables[Trades].Count };
        }
    }

    /// <summary>The rows of a trade that was refused, here or by the store.</summary>
    private static void Skip(Dictionary<string, SourceTable> tables, List<SourceRow> orders, List<SourceRow> custom)
    {
        tables.GetValueOrDefault(Orders)?.Skip("belongs to a trade that was refused", orders.Count);
        tables.GetValueOrDefault(CustomData)?.Skip("belongs to a trade that was refused", custom.Count);
    }

    private ImportRecord ConvertLock(SourceRow row, SourceTable table)
    {
        var name = $"lock {row.Label("id")} of freqtrade";
        try
        {
            var end = row.Instant("lock_end_time") ?? throw new NexusValidationException("lock_end_time", "is missing in the source");
            return new StateRecord(
                StateKey.Of(FreqtradeTrade.Namespace, $"{chat}/{Locks}/{row.RequiredText("id")}"), Json(row), end, row.Instant("lock_time"))
            { Counted = table.Count };
        }
        catch (NexusValidationException error)
        {
            return new RefusedRecord(ImportKind.State, name, error.Message) { Counted = table.Count };
        }
    }

    private ImportRecord ConvertValue(SourceRow row, SourceTable table)
    {
        try
        {
            return new StateRecord(
                StateKey.Of(FreqtradeTrade.Namespace, $"{chat}/{Values}/{row.RequiredText("key")}"), Json(row), ExpiresAt: null, UpdatedAt: null)
            { Counted = table.Count };
        }
        catch (NexusValidationException error)
        {
            return new RefusedRecord(ImportKind.State, "a value of freqtrade", error.Message) { Counted = table.Count };
        }
    }

    private static ReadOnlyMemory<byte> Json(SourceRow row)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            row.WriteTo(json);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }
}
