using System.Text.Json;
using Nexus.Errors;
using Nexus.Json;

namespace Nexus.Trades;

/// <summary>Fills as the JSON that every store and the outbox hold. Decimals are text. Members are never renamed.</summary>
internal static class FillJson
{
    /// <summary>Writes the member <c>fills</c>.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<TradeFill> fills)
    {
        json.WriteStartArray("fills"u8);
        foreach (var fill in fills)
        {
            json.WriteStartObject();
            json.WriteString("order_id"u8, fill.OrderId);
            json.WriteString("side"u8, TradeNames.ToText(fill.Side));
            json.WriteDecimal("price"u8, fill.Price);
            json.WriteDecimal("quantity"u8, fill.Quantity);
            json.WriteDecimal("fee"u8, fill.Fee);
            json.WriteText("fee_currency"u8, fill.FeeCurrency);
            json.WriteText("exchange"u8, fill.Exchange);
            json.WriteTime("at"u8, fill.Timestamp);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>The array alone.</summary>
    public static ReadOnlyMemory<byte> ToUtf8(IReadOnlyList<TradeFill> fills)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, JsonText.WriterOptions))
        {
            json.WriteStartObject();
            Write(json, fills);
            json.WriteEndObject();
        }
        // Without {"fills": and }.
        const int Head = 9;
        return stream.GetBuffer().AsMemory(Head, (int)stream.Length - Head - 1);
    }

    /// <summary>Reads the member <c>fills</c>, if there is one.</summary>
    public static IReadOnlyList<TradeFill> Read(JsonElement document) => document.TryGetProperty("fills"u8, out var fills) ? ReadArray(fills) : [];

    /// <summary>Reads the array alone.</summary>
    /// <exception cref="StoreRejectedException">It is not one of fills: a foreign program wrote it.</exception>
    public static IReadOnlyList<TradeFill> Read(ReadOnlyMemory<byte> array)
    {
        try
        {
            using var json = JsonDocument.Parse(array);
            return ReadArray(json.RootElement);
        }
        catch (Exception error) when (
            error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new StoreRejectedException("record", "the fills of a stored trade are not as Nexus writes them", error);
        }
    }

    private static IReadOnlyList<TradeFill> ReadArray(JsonElement fills) =>
    [
        .. fills.EnumerateArray().Select(fill => new TradeFill
        {
            OrderId = fill.ReadRequiredText("order_id"u8),
            Side = TradeNames.ParseFillSide(fill.ReadRequiredText("side"u8)),
            Price = ValueText.ParseDecimal(fill.ReadRequiredText("price"u8)),
            Quantity = ValueText.ParseDecimal(fill.ReadRequiredText("quantity"u8)),
            Fee = ValueText.ParseDecimal(fill.ReadRequiredText("fee"u8)),
            FeeCurrency = fill.ReadText("fee_currency"u8),
            Exchange = fill.ReadText("exchange"u8),
            Timestamp = fill.ReadTime("at"u8),
        }),
    ];
}
