using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.Trades;

namespace Nexus.Operations.Adoption;

/// <summary>A row of trade_journal as text values.</summary>
/// <param name="Place">Its ctid.</param>
/// <param name="Id">Its id.</param>
/// <param name="Values">The known columns. An invalid instant begins with <see cref="NoInstant"/>.</param>
/// <param name="Unknown">The other columns as a JSON object.</param>
internal sealed record JournalRow(string Place, string Id, IReadOnlyDictionary<string, string?> Values, string Unknown)
{
    /// <summary>The prefix of the reason why an instant is invalid for a trade.</summary>
    public const char NoInstant = '!';

    /// <summary>The known numeric columns, with the allowed digits before and after the point.</summary>
    public static readonly IReadOnlyDictionary<string, (int Whole, int Fraction)> Numbers = new Dictionary<string, (int Whole, int Fraction)>
    {
        ["entry_price"] = (20, 18),
        ["exit_price"] = (20, 18),
        ["quantity"] = (20, 18),
        ["pnl"] = (20, 18),
        ["pnl_pct"] = (6, 4),
        ["fees"] = (20, 18),
        ["slippage"] = (20, 18),
        ["leverage"] = (9, 8),
    };

    /// <summary>As many as every decimal holds.</summary>
    private const int MaxDigits = 28;

    public static readonly IReadOnlyList<string> Instants = ["entry_time", "exit_time", "updated_at"];

    public static readonly IReadOnlyList<string> Texts = ["chat_id", "symbol", "side", "strategy", "exchange", "status", "exit_reason", "metadata"];

    /// <summary>Converts the row to a trade.</summary>
    /// <param name="documents">Seals the metadata.</param>
    /// <param name="trade">The trade, if the result is null.</param>
    /// <returns>The invalid column and the reason, or null.</returns>
    public (string Column, string Reason)? TryConvert(DocumentSealer documents, out TradeRow trade)
    {
        trade = null!;
        if (FirstFault() is { } fault) return fault;
        var chatId = Values["chat_id"]!;
        var entry = Instant("entry_time")!.Value;
        var id = JournalIds.Of(Id, chatId, entry);
        var metadata = documents.AcceptLegacy(SealPlaces.Trade(chatId, id), Metadata());
        if (metadata.Problems is [var (pointer, reason), ..]) return ($"metadata{pointer}", reason);
        if (DocumentSize.Of(metadata.Json) > Validation.MaxDocumentBytes) return ("metadata", $"is longer than {Validation.MaxDocumentBytes} bytes");
        trade = new TradeRow
        {
            Id = id,
            ChatId = chatId,
            Symbol = Values["symbol"]!,
            Side = Upper("side") == "LONG" ? TradeSide.Long : TradeSide.Short,
            Strategy = Values["strategy"],
            Exchange = Values["exchange"],
            EntryPrice = Number("entry_price")!.Value,
            ExitPrice = Number("exit_price"),
            Quantity = Number("quantity")!.Value,
            Leverage = Number("leverage") ?? 1,
            EntryTimestamp = entry,
            ExitTimestamp = Instant("exit_time"),
            Pnl = Number("pnl"),
            PnlPct = Number("pnl_pct"),
            Fees = Number("fees") ?? 0,
            Slippage = Number("slippage") ?? 0,
            Status = Upper("status") switch { "OPEN" => TradeStatus.Open, "CLOSED" => TradeStatus.Closed, _ => TradeStatus.Cancelled },
            ExitReason = Values["exit_reason"],
            Metadata = metadata.Json,
            UpdatedAt = Instant("updated_at") ?? default,
        };
        return null;
    }

    private (string Column, string Reason)? FirstFault()
    {
        if (Text("chat_id", 50, isNeeded: true) is { } chat) return ("chat_id", chat);
        if (Text("symbol", Validation.MaxSymbolLength, isNeeded: true) is { } symbol) return ("symbol", symbol);
        if (Upper("side") is not ("LONG" or "SHORT")) return ("side", "is neither LONG nor SHORT");
        if (Upper("status") is not ("OPEN" or "CLOSED" or "CANCELLED")) return ("status", "is not OPEN, CLOSED or CANCELLED");
        if (Text("strategy", Validation.MaxNameLength, isNeeded: false) is { } strategy) return ("strategy", strategy);
        if (Text("exchange", Validation.MaxNameLength, isNeeded: false) is { } exchange) return ("exchange", exchange);
        if (Values["entry_time"] is null) return ("entry_time", "is missing");
        foreach (var column in Instants)
        {
            if (Values[column] is { Length: > 0 } text && text[0] == NoInstant) return (column, text[1..]);
        }
        foreach (var (column, digits) in Numbers)
        {
            if (Values[column] is not { } text) continue;
            if (Fault(text, digits) is { } reason) return (column, reason);
        }
        foreach (var column in new[] { "entry_price", "quantity" })
        {
            if (Values[column] is null) return (column, "is missing");
        }
        return null;
    }

    /// <summary>Checks the digits, because parsing would round a number that does not fit.</summary>
    private static string? Fault(string text, (int Whole, int Fraction) digits)
    {
        var number = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        var point = number.IndexOf('.');
        var whole = (point < 0 ? number : number[..point]).TrimStart('0');
        var fraction = point < 0 ? [] : number[(point + 1)..].TrimEnd('0');
        if (number.IsEmpty || whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9')) return "is not a number";
        if (whole.Length > digits.Whole) return $"has more than {digits.Whole} digits before the point";
        if (fraction.Length > digits.Fraction) return $"has more than {digits.Fraction} decimal places";
        var significant = whole.IsEmpty ? fraction.TrimStart('0').Length : whole.Length + fraction.Length;
        return significant > MaxDigits ? $"has more than {MaxDigits} significant digits" : null;
    }

    private string? Text(string column, int maxLength, bool isNeeded)
    {
        if (string.IsNullOrEmpty(Values[column])) return isNeeded ? "is missing" : null;
        return Values[column]!.EnumerateRunes().Count() > maxLength ? $"is longer than {maxLength} characters" : null;
    }

    private string? Upper(string column) => Values[column]?.Trim().ToUpperInvariant();

    private decimal? Number(string column) =>
        Values[column] is { } text ? decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture) : null;

    private DateTimeOffset? Instant(string column) =>
        Values[column] is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) : null;

    /// <summary>The metadata of the row. Columns that trades does not have are under <c>legacy</c>.</summary>
    private byte[] Metadata()
    {
        var metadata = Parse(Values["metadata"]);
        var legacy = (JsonObject)JsonNode.Parse(Unknown)!;
        legacy["id"] = Id;
        if (metadata is not JsonObject document)
        {
            document = [];
            if (metadata is not null) legacy["metadata"] = metadata;
        }
        var name = "legacy";
        while (document.ContainsKey(name)) name += "_";
        document[name] = legacy;
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, JsonText.WriterOptions)) document.WriteTo(writer);
        return stream.ToArray();
    }

    /// <summary>A text column may contain invalid JSON, which is kept as text.</summary>
    private static JsonNode? Parse(string? text)
    {
        if (text is null) return null;
        try
        {
            return JsonNode.Parse(
                Encoding.UTF8.GetBytes(text), documentOptions: new JsonDocumentOptions { MaxDepth = 1000, AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
