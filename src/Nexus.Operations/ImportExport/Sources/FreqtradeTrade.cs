using System.Globalization;
using System.Text.Json;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;

namespace Nexus.Operations.ImportExport;

/// <summary>A trade of freqtrade. Columns have had other names in older versions.</summary>
internal static class FreqtradeTrade
{
    /// <summary>Of what is kept in the keyed state.</summary>
    public const string Namespace = "import.freqtrade";

    /// <summary>Places after the point of a PnL in percent.</summary>
    private const int PercentPlaces = 4;

    private const decimal MaxPercent = 1_000_000m;

    private const string TradeName = "trade";

    /// <summary>Columns that are fields of the trade. The others stay as metadata.</summary>
    private static readonly HashSet<string> Mapped = new(StringComparer.Ordinal)
    {
        "pair", "exchange", "open_date", "is_open", "leverage", "is_short", "strategy", "open_rate", "close_rate", "amount", "close_date",
        "close_profit_abs", "exit_reason", "sell_reason",
    };

    public static Trade Convert(SourceRow row, long id, ChatId chat, SourceReport report)
    {
        var pair = row.RequiredText("pair");
        var exchange = row.RequiredText("exchange");
        var opened = row.Instant("open_date") ?? throw new NexusValidationException("open_date", "is missing in the source");
        var isOpen = row.Flag("is_open");
        var leverage = row.Decimal("leverage") ?? 1;
        if (leverage is < 1 or > 1000) throw new NexusValidationException("leverage", $"must be 1 to 1000, not {Text(leverage)}");
        return new Trade
        {
            Id = SourceIds.Of(FreqtradeSource.Program, TradeName, Text(id), exchange, pair, opened.UtcTicks.ToString(CultureInfo.InvariantCulture)),
            ChatId = chat,
            Symbol = pair,
            Side = row.Flag("is_short") ? TradeSide.Short : TradeSide.Long,
            Strategy = row.Text("strategy"),
            Exchange = exchange,
            EntryPrice = row.RequiredDecimal("open_rate"),
            ExitPrice = isOpen ? null : row.RequiredDecimal("close_rate"),
            Quantity = row.RequiredDecimal("amount"),
            Leverage = leverage,
            EntryTimestamp = opened,
            ExitTimestamp = isOpen ? null : row.Instant("close_date") ?? throw new NexusValidationException("close_date", "is missing in the source"),
            Pnl = isOpen ? null : row.Decimal("close_profit_abs"),
            PnlPct = isOpen ? null : Percent(row, report),
            Fees = Fees(row, pair, report),
            Status = isOpen ? TradeStatus.Open : TradeStatus.Closed,
            ExitReason = row.Text("exit_reason", "sell_reason"),
        };
    }

    /// <summary>What has no field of its own, the orders and the custom data.</summary>
    public static byte[] Metadata(SourceRow row, List<SourceRow> orders, List<SourceRow> custom)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject(FreqtradeSource.Program);
            row.WriteTo(json, Mapped);
            Write(json, "orders", orders);
            Write(json, "custom_data", custom);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, List<SourceRow> rows)
    {
        if (rows.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            json.WriteStartObject();
            row.WriteTo(json);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>freqtrade's ratio includes the leverage, like the percentage of Nexus.</summary>
    private static decimal? Percent(SourceRow row, SourceReport report)
    {
        if (row.Decimal("close_profit") is not { } ratio) return null;
        if (Math.Abs(ratio) < MaxPercent / 100 && ratio * 100 is var percent && decimal.Round(percent, PercentPlaces) == percent) return percent;
        report.Note(
            $"close_profit has more than {PercentPlaces} places as a percentage: pnlPct is left out, and the ratio is kept in the metadata", 1);
        return null;
    }

    /// <summary>Fees add up only in the currency of the stake.</summary>
    private static decimal Fees(SourceRow row, string pair, SourceReport report)
    {
        var stake = row.Text("stake_currency") ?? pair.Split('/', 2)[^1].Split(':', 2)[0];
        return Fee(row, "fee_open_cost", "fee_open_currency", stake, report) + Fee(row, "fee_close_cost", "fee_close_currency", stake, report);
    }

    private static decimal Fee(SourceRow row, string cost, string currency, string stake, SourceReport report)
    {
        if (row.Decimal(cost) is not { } fee || fee == 0) return 0;
        if (row.Text(currency) is not { } paidIn || paidIn == stake) return fee;
        report.Note("a fee was paid in another currency than the stake's: it is not part of fees, and is kept in the orders of the metadata", 1);
        return 0;
    }

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
