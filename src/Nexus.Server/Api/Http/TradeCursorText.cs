using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;

namespace Nexus.Server.Api;

/// <summary>The cursor of a page of trades: entry time, id and chat in base64url, which cannot be mistaken for an id.</summary>
internal static class TradeCursorText
{
    public const string Expected = "must be the next of the previous page";

    private const int MaxLength = 400;

    public static string Of(Trade trade) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{trade.EntryTimestamp.UtcTicks}.{trade.Id:N}.{trade.ChatId}"));

    /// <summary>Parses a cursor. Returns a trade with only its key set.</summary>
    /// <exception cref="NexusValidationException">The text is not a cursor.</exception>
    public static Trade Parse(string field, string text)
    {
        var bytes = new byte[MaxLength];
        if (text.Length <= MaxLength && Base64Url.DecodeFromChars(text, bytes, out _, out var length) == System.Buffers.OperationStatus.Done
            && Encoding.UTF8.GetString(bytes, 0, length).Split('.', 3) is [var ticks, var id, var chat]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.UtcTicks
            && Guid.TryParseExact(id, "N", out var trade))
        {
            return new Trade
            {
                ChatId = ChatId.FromStore(chat),
                EntryTimestamp = new DateTimeOffset(at, TimeSpan.Zero),
                Id = trade,
                Symbol = "",
                Side = TradeSide.Long,
                EntryPrice = 0,
                Quantity = 0,
            };
        }
        throw new NexusValidationException(field, Expected);
    }
}
