using System.Globalization;
using System.Text.Json;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Trades;

namespace Nexus.Operations.ImportExport;

/// <summary>A position executor of hummingbot: <c>hummingbot/strategy_v2/executors/position_executor</c>.</summary>
internal static class HummingbotExecutor
{
    private const string Position = "position_executor";
    private const long Terminated = 4;
    private const decimal MaxPercent = 1_000_000m;
    private const int PercentPlaces = 4;

    /// <summary><c>CloseType</c>.</summary>
    private static readonly string[] CloseTypes =
    [
        "", "TIME_LIMIT", "STOP_LOSS", "TAKE_PROFIT", "EXPIRED", "EARLY_STOP", "TRAILING_STOP", "INSUFFICIENT_BALANCE", "FAILED", "COMPLETED",
        "POSITION_HOLD",
    ];

    private static readonly HashSet<string> Mapped = new(StringComparer.Ordinal)
    {
        "timestamp", "close_timestamp", "net_pnl_quote", "cum_fees_quote", "config", "custom_info",
    };

    public static Trade Convert(SourceRow row, string id, ChatId chat)
    {
        if (row.RequiredText("type") is var type && type != Position)
            throw new NexusValidationException("type", $"is {ClientText.Short(type)}: only executors of one position ({Position}) are trades");
        var opened = row.Seconds("timestamp") ?? throw new NexusValidationException("timestamp", "is missing in the source");
        var (config, info) = (Json(row, "config"), Json(row, "custom_info"));
        var isFilled = row.RequiredDecimal("filled_amount_quote") != 0;
        var isOver = row.Integer("status") == Terminated;
        if (!isFilled) throw new NexusValidationException("filled_amount_quote", "is 0: nothing was filled, so there was no trade");
        var symbol = Text(config, "trading_pair") ?? throw new NexusValidationException("config.trading_pair", "is missing in the source");
        var closed = isOver ? row.Seconds("close_timestamp") : null;
        if (isOver && closed is null) throw new NexusValidationException("close_timestamp", "is missing in the source");
        return new Trade
        {
            Id = SourceIds.Of(HummingbotSource.Program, "executor", id, opened.UtcTicks.ToString(CultureInfo.InvariantCulture)),
            ChatId = chat,
            Symbol = symbol,
            Side = Side(config),
            Strategy = row.Text("controller_id"),
            Exchange = Text(config, "connector_name"),
            EntryPrice = Number(info, "custom_info", "current_position_average_price") ?? Number(config, "config", "entry_price")
                ?? throw new NexusValidationException("custom_info.current_position_average_price", "is missing in the source"),
            ExitPrice = isOver ? Number(info, "custom_info", "close_price")
                ?? throw new NexusValidationException("custom_info.close_price", "is missing in the source") : null,
            Quantity = Number(config, "config", "amount") ?? throw new NexusValidationException("config.amount", "is missing in the source"),
            Leverage = Leverage(config),
            EntryTimestamp = opened,
            ExitTimestamp = closed,
            Pnl = isOver ? row.Decimal("net_pnl_quote") : null,
            PnlPct = isOver && row.Decimal("net_pnl_pct") is { } ratio && Math.Abs(ratio) < MaxPercent / 100
                && decimal.Round(ratio * 100, PercentPlaces) == ratio * 100 ? ratio * 100 : null,
            Fees = row.Decimal("cum_fees_quote") ?? 0,
            Status = isOver ? TradeStatus.Closed : TradeStatus.Open,
            ExitReason = row.Integer("close_type") is > 0 and var close && close < CloseTypes.Length ? CloseTypes[close] : null,
            Metadata = Metadata(row, config, info),
        };
    }

    private static StateJson Metadata(SourceRow row, JsonElement config, JsonElement info)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject(HummingbotSource.Program);
            row.WriteTo(json, Mapped);
            json.WritePropertyName("config");
            config.WriteTo(json);
            json.WritePropertyName("custom_info");
            info.WriteTo(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return StateJson.Parse(buffer.ToArray());
    }

    private static JsonElement Json(SourceRow row, string column)
    {
        try
        {
            using var json = JsonDocument.Parse(row.RequiredText(column), new JsonDocumentOptions { MaxDepth = 60 });
            // Half of a surrogate pair is JSON, and no text: it is found when it is written.
            using (var check = new Utf8JsonWriter(Stream.Null)) json.WriteTo(check);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone()
                : throw new NexusValidationException(column, "must be a JSON object");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new NexusValidationException(column, "is not valid JSON");
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static decimal? Number(JsonElement json, string column, string name) => json.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.Number => SourceNumber.Parse($"{column}.{name}", value.GetRawText()),
            JsonValueKind.String => SourceNumber.Parse($"{column}.{name}", value.GetString()!),
            _ => null,
        }
        : null;

    /// <summary><c>TradeType</c>: 1 is BUY, 2 is SELL.</summary>
    private static TradeSide Side(JsonElement config) => Number(config, "config", "side") switch
    {
        1 => TradeSide.Long,
        2 => TradeSide.Short,
        _ => throw new NexusValidationException("config.side", "must be 1 (buy) or 2 (sell)"),
    };

    private static decimal Leverage(JsonElement config) => Number(config, "config", "leverage") switch
    {
        null => 1,
        >= 1 and <= 1000 and var leverage => leverage,
        _ => throw new NexusValidationException("config.leverage", "must be 1 to 1000"),
    };
}
