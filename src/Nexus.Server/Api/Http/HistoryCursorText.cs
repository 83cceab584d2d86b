using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Nexus.Errors;
using Nexus.History;

namespace Nexus.Server.Api;

/// <summary>The cursor of a page of the history: time and id of its last entry in base64url.</summary>
internal static class HistoryCursorText
{
    private const int MaxLength = 100;

    public static string Of(HistoryEntry entry) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{entry.At.UtcTicks}.{entry.Id:N}"));

    /// <exception cref="NexusValidationException">The text is not a cursor.</exception>
    public static (DateTimeOffset At, Guid Id)? Parse(string field, string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var bytes = new byte[MaxLength];
        return text.Length <= MaxLength && Base64Url.DecodeFromChars(text, bytes, out _, out var length) == OperationStatus.Done
            && Encoding.ASCII.GetString(bytes, 0, length).Split('.', 2) is [var ticks, var id]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.UtcTicks
            && Guid.TryParseExact(id, "N", out var entry)
            ? (new DateTimeOffset(at, TimeSpan.Zero), entry)
            : throw new NexusValidationException(field, TradeCursorText.Expected);
    }

    /// <summary>Entries behind a cursor; all where it is null.</summary>
    public static IAsyncEnumerable<HistoryEntry> ListAsync(
        NexusHistory history, HistoryFilter filter, (DateTimeOffset At, Guid Id)? after, int limit, CancellationToken cancellationToken) =>
        after is { } place
            ? history.ListAfterAsync(filter, place.At, place.Id, limit, cancellationToken)
            : history.ListAsync(filter, limit: limit, cancellationToken: cancellationToken);
}
