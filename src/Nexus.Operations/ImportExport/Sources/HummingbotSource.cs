using System.Globalization;
using Nexus.Chats;
using Nexus.Errors;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// The database of hummingbot (https://github.com/hummingbot/hummingbot, <c>hummingbot/model</c>). Executors are trades; without executors, fills are
/// matched first-in first-out.
/// </summary>
internal sealed class HummingbotSource(SourceDatabase database, ChatId chat, SourceReport report)
{
    public const string Program = "hummingbot";

    private const string Executors = "Executors";
    private const string Fills = "TradeFill";
    private const string Orders = "Order";
    private const string Statuses = "OrderStatus";
    private const string Metadata = "Metadata";

    /// <summary><c>SQLConnectionManager.LOCAL_DB_VERSION_VALUE</c>.</summary>
    private const long NewestVersion = 20230516;

    private static readonly Dictionary<string, string> WithoutPlace = new(StringComparer.Ordinal)
    {
        ["Position"] = "is what a controller held at a moment, not a trade",
        ["Controllers"] = "is the configuration of a controller",
        ["FundingPayment"] = "belongs to no trade in hummingbot",
        ["MarketState"] = "is what a connector needs to start again",
        ["InventoryCost"] = "is a total over all trades",
        ["MarketData"] = "is a price of the market",
        ["RangePositionUpdate"] = "is a change of a liquidity position, not a trade",
        ["RangePositionCollectedFees"] = "is a fee of a liquidity position, not a trade",
    };

    /// <exception cref="NexusValidationException">The file is not one of hummingbot, or of a newer version.</exception>
    public IEnumerable<ImportRecord> Read()
    {
        if (!database.Tables.Contains(Fills) && !database.Tables.Contains(Executors))
            throw new NexusValidationException("file", "is not a database of hummingbot: it has neither a table TradeFill nor Executors");
        RefuseNewer();
        var tables = database.Tables.ToDictionary(table => table, table => report.Add(database, table), StringComparer.Ordinal);
        foreach (var (name, table) in tables)
        {
            if (name == Metadata) table.Keep(table.Rows);
            else if (name is not (Executors or Fills or Orders or Statuses) || (name is Orders or Statuses && !tables.ContainsKey(Fills)))
                table.Skip(WithoutPlace.GetValueOrDefault(name, "is a table without a place in Nexus"), table.Rows);
        }
        var hasExecutors = tables.TryGetValue(Executors, out var executors) && executors.Rows > 0;
        return hasExecutors ? ReadExecutors(tables, executors!)
            : tables.TryGetValue(Fills, out var fills) ? ReadFills(tables, fills) : [];
    }

    private void RefuseNewer()
    {
        if (!database.Tables.Contains(Metadata)) return;
        foreach (var row in database.Rows(Metadata))
        {
            if (row["key"] is not "local_db_version") continue;
            if (long.TryParse(row.Text("value"), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version <= NewestVersion)
                continue;
            throw new NexusValidationException(
                "file", $"has version {ClientText.Short(row.Text("value") ?? "")} of hummingbot's tables; versions up to {NewestVersion} are read");
        }
    }

    private IEnumerable<ImportRecord> ReadExecutors(Dictionary<string, SourceTable> tables, SourceTable table)
    {
        report.Note("Trades are made from executors, which hold averages and sums of floating-point numbers. Each number is taken as the shortest "
            + "decimal that is the same number");
        foreach (var name in new[] { Fills, Orders, Statuses })
            tables.GetValueOrDefault(name)?.Skip("belongs to an executor, which is imported as a whole", tables[name].Rows);
        foreach (var row in database.Rows(Executors, "timestamp", "id"))
        {
            ImportRecord record;
            var name = $"executor {row.Label("id")}";
            try
            {
                record = new TradeRecord(HummingbotExecutor.Convert(row, row.RequiredText("id"), chat)) { Name = name, Counted = table.Count };
            }
            catch (NexusValidationException error)
            {
                record = new RefusedRecord(ImportKind.Trades, name, error.Message) { Counted = table.Count };
            }
            yield return record;
        }
    }

    private IEnumerable<ImportRecord> ReadFills(Dictionary<string, SourceTable> tables, SourceTable table)
    {
        report.Note("Trades are made from fills, matched first-in first-out for each configuration, market and symbol: a trade is a part of an entry "
            + "and the part of an exit that closes it");
        report.Note("hummingbot stores prices, amounts and fees with 6 places after the point and cuts off the rest: amounts below 0.000001 are "
            + "lost");
        var fills = new HummingbotFills(chat, report, table, ReadOrders(tables));
        foreach (var row in database.Rows(Fills, "timestamp", "order_id", "exchange_trade_id"))
        {
            foreach (var record in fills.Add(row)) yield return record;
        }
        fills.End();
        report.AtEnd(() =>
        {
            tables.GetValueOrDefault(Orders)?.Skip("was never filled, or its fills were skipped", tables[Orders].Rows - fills.OrdersKept);
            tables.GetValueOrDefault(Orders)?.Keep(fills.OrdersKept);
        });
        tables.GetValueOrDefault(Statuses)?.Skip("is a step of an order; the last status is kept with the order", tables[Statuses].Rows);
    }

    private Dictionary<string, SourceRow> ReadOrders(Dictionary<string, SourceTable> tables)
    {
        Dictionary<string, SourceRow> orders = new(StringComparer.Ordinal);
        if (!tables.ContainsKey(Orders)) return orders;
        foreach (var row in database.Rows(Orders))
        {
            if (row["id"] is not byte[] && row.Text("id") is { } id) orders[id] = row;
        }
        return orders;
    }
}
