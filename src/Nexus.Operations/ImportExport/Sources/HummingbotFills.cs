using System.Globalization;
using System.Text.Json;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Trades;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// Matches fills first-in first-out. A trade is a part of an entry and the part of an exit that closes it: so prices, quantities and fees stay exact,
/// which averages would not.
/// </summary>
internal sealed class HummingbotFills(ChatId chat, SourceReport report, SourceTable table, IReadOnlyDictionary<string, SourceRow> orders)
{
    /// <summary>What an integer of hummingbot's <c>SqliteDecimal(6)</c> stands for.</summary>
    private const decimal Unit = 0.000001m;

    private readonly Dictionary<(string Config, string Market, string Symbol), Book> _books = [];
    private readonly HashSet<string> _orders = new(StringComparer.Ordinal);

    /// <summary>Orders that are kept in the metadata of a trade, so far: a trade that is refused keeps none.</summary>
    public long OrdersKept => _orders.Count;

    /// <summary>Takes the next fill in the order of time.</summary>
    /// <returns>The trades that it closes, or the reason why it is not understood.</returns>
    public IEnumerable<ImportRecord> Add(SourceRow row)
    {
        Fill fill;
        try
        {
            fill = Read(row);
        }
        catch (NexusValidationException error)
        {
            return [new RefusedRecord(ImportKind.Trades, $"fill {row.Label("exchange_trade_id")}", error.Message)
            {
                Counted = table.Count,
            }];
        }
        var key = (fill.Config, fill.Market, fill.Symbol);
        if (!_books.TryGetValue(key, out var book)) _books.Add(key, book = new Book());
        return Match(book, fill);
    }

    /// <summary>What is left is not closed.</summary>
    public void End()
    {
        var open = _books.Values.Sum(book => book.Lots.Count(lot => !lot.IsUsed));
        table.Skip("is still open at the end of the file: import again once it is closed", open);
        var parts = _books.Values.Sum(book => book.Lots.Count(lot => lot.IsUsed));
        if (parts > 0) report.Note("the rest of an entry is still open at the end of the file, and is not imported", parts);
    }

    private List<ImportRecord> Match(Book book, Fill fill)
    {
        var isExit = book.Lots.Count > 0 && book.Side != fill.Side && fill.Position != "OPEN";
        if (!isExit)
        {
            if (fill.Position == "CLOSE" || (fill.Position != "OPEN" && fill.Side == TradeSide.Short))
            {
                table.Skip("closes what was entered before the first fill of the file");
                return [];
            }
            if (book.Lots.Count == 0) book.Side = fill.Side;
            else if (book.Side != fill.Side)
            {
                table.Skip("opens the other side while the first one is open, which first-in first-out cannot match");
                return [];
            }
            book.Lots.Enqueue(new Lot(fill));
            return [];
        }
        List<ImportRecord> closed = [];
        for (var (left, fee) = (fill.Amount, fill.Fee); left > 0; fee = 0)
        {
            if (!book.Lots.TryPeek(out var lot))
            {
                report.Note("the rest of an exit closes what was entered before the first fill of the file, and is not imported", 1);
                break;
            }
            var quantity = Math.Min(left, lot.Left);
            closed.Add(ToRecord(lot, fill, quantity, fee));
            left -= quantity;
            if ((lot.Left -= quantity) == 0) book.Lots.Dequeue();
        }
        return closed;
    }

    /// <summary>The fee of an entry or exit is part of the first trade that it belongs to: parts of it would have to be rounded.</summary>
    private ImportRecord ToRecord(Lot lot, Fill exit, decimal quantity, decimal exitFee)
    {
        var entry = lot.Fill;
        var entryFee = lot.IsUsed ? 0 : entry.Fee;
        // Both fills are rows of this trade; each is counted once.
        var rows = (lot.IsUsed ? 0 : 1) + (exit.IsUsed ? 0 : 1);
        (lot.IsUsed, exit.IsUsed) = (true, true);
        void Count(ImportResult result, string? reason)
        {
            for (var n = 0; n < rows; n++) table.Count(result, reason);
            if (result == ImportResult.Refused) return;
            foreach (var order in new[] { entry.OrderId, exit.OrderId })
            {
                if (orders.ContainsKey(order)) _orders.Add(order);
            }
        }

        var name = $"fill {ClientText.Short(exit.OrderId)}";
        try
        {
            return new TradeRecord(ToTrade(entry, exit, quantity, entryFee, exitFee)) { Name = name, Counted = Count };
        }
        catch (OverflowException)
        {
            const string Reason = "price: the gain of the trade has more digits than a decimal holds";
            return new RefusedRecord(ImportKind.Trades, name, Reason) { Counted = Count };
        }
        catch (NexusValidationException error)
        {
            return new RefusedRecord(ImportKind.Trades, name, error.Message) { Counted = Count };
        }
    }

    private Trade ToTrade(Fill entry, Fill exit, decimal quantity, decimal entryFee, decimal exitFee)
    {
        var fees = entryFee + exitFee;
        return new Trade
        {
            Id = SourceIds.Of(HummingbotSource.Program, "fills", entry.Name, exit.Name),
            ChatId = chat,
            Symbol = entry.Symbol,
            Side = entry.Side,
            Strategy = entry.Strategy,
            Exchange = entry.Market,
            EntryPrice = entry.Price,
            ExitPrice = exit.Price,
            Quantity = quantity,
            Leverage = entry.Leverage,
            EntryTimestamp = entry.At,
            ExitTimestamp = exit.At,
            Pnl = ((exit.Price - entry.Price) * quantity * (entry.Side == TradeSide.Long ? 1 : -1)) - fees,
            Fees = fees,
            Status = TradeStatus.Closed,
            Fills = ToFills(ToFill(entry, FillSide.Entry, quantity, entryFee), ToFill(exit, FillSide.Exit, quantity, exitFee)),
            Metadata = Metadata(entry, exit),
        };
    }

    private static TradeFill[] ToFills(params TradeFill[] fills) =>
        Array.TrueForAll(fills, fill => SourceIds.IsOrderId(fill.OrderId)) ? fills : [];

    /// <summary>An exchange may number its executions within each order.</summary>
    private static TradeFill ToFill(Fill fill, FillSide side, decimal quantity, decimal fee) => new()
    {
        OrderId = $"{fill.OrderId}:{fill.Row.RequiredText("exchange_trade_id")}",
        Side = side,
        Price = fill.Price,
        Quantity = quantity,
        Fee = fee,
        Timestamp = fill.At,
    };

    private StateJson Metadata(Fill entry, Fill exit)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject(HummingbotSource.Program);
            foreach (var (name, fill) in new[] { ("entry", entry), ("exit", exit) })
            {
                json.WriteStartObject(name);
                fill.Row.WriteTo(json);
                if (orders.TryGetValue(fill.OrderId, out var order))
                {
                    json.WriteStartObject("order");
                    order.WriteTo(json);
                    json.WriteEndObject();
                }
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return StateJson.Parse(buffer.ToArray());
    }

    private Fill Read(SourceRow row)
    {
        var (price, amount) = (row.RequiredDecimal("price") * Unit, row.RequiredDecimal("amount") * Unit);
        if (price < 0) throw new NexusValidationException("price", "must be above zero");
        if (amount < 0) throw new NexusValidationException("amount", "must be above zero");
        if (price == 0) throw new NexusValidationException("price", "is 0: it was below 0.000001, which hummingbot does not store");
        if (amount == 0) throw new NexusValidationException("amount", "is 0: it was below 0.000001, which hummingbot does not store");
        var leverage = row.Integer("leverage") ?? 1;
        if (leverage is < 1 or > 1000) throw new NexusValidationException("leverage", "must be 1 to 1000");
        var (market, order) = (row.RequiredText("market"), row.RequiredText("order_id"));
        var fee = row.Decimal("trade_fee_in_quote");
        if (fee is null) report.Note("a fill has no trade_fee_in_quote: its fee counts as 0, and its trade_fee stays in the metadata", 1);
        return new Fill(
            row.Text("config_file_path") ?? "", string.Join('\0', market, order, row.RequiredText("exchange_trade_id")), market,
            row.RequiredText("symbol"), order, row.Text("strategy"),
            row.RequiredText("trade_type").ToUpperInvariant() switch
            {
                "BUY" => TradeSide.Long,
                "SELL" => TradeSide.Short,
                _ => throw new NexusValidationException("trade_type", "must be BUY or SELL"),
            },
            row.Text("position") ?? "NIL", price, amount, (fee ?? 0) * Unit, (int)leverage,
            row.Milliseconds("timestamp") ?? throw new NexusValidationException("timestamp", "is missing in the source"), row);
    }

    /// <summary>The entries of one symbol that are not closed.</summary>
    private sealed class Book
    {
        public Queue<Lot> Lots { get; } = new();

        public TradeSide Side { get; set; }
    }

    private sealed class Lot(Fill fill)
    {
        public Fill Fill { get; } = fill;

        public decimal Left { get; set; } = fill.Amount;

        public bool IsUsed { get; set; }
    }

    private sealed record Fill(
        string Config, string Name, string Market, string Symbol, string OrderId, string? Strategy, TradeSide Side, string Position, decimal Price,
        decimal Amount, decimal Fee, int Leverage, DateTimeOffset At, SourceRow Row)
    {
        public bool IsUsed { get; set; }
    }
}
