using System.Globalization;

namespace Nexus.Trades;

/// <summary>A place in the order of entries. As text it sorts as the places do.</summary>
/// <param name="EntryTimestamp">The entry, to the microsecond.</param>
/// <param name="Id">The trade; several chats may have one with the same id at the same place.</param>
internal readonly record struct TradePlace(DateTimeOffset EntryTimestamp, Guid Id)
{
    private const int Digits = 18;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{EntryTimestamp.UtcTicks / TimeSpan.TicksPerMicrosecond:D18}:{Id:D}");

    public static TradePlace Parse(string text) => new(
        new DateTimeOffset(long.Parse(text.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture) * TimeSpan.TicksPerMicrosecond,
            TimeSpan.Zero),
        Guid.ParseExact(text.AsSpan(Digits + 1), "D"));
}
