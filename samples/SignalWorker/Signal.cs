using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Nexus.Trades;

namespace SignalWorker;

/// <summary>A strategy's call to enter a position.</summary>
/// <param name="Id">The id of every trade of this signal, so that a repeated signal opens nothing twice.</param>
internal sealed record Signal(Guid Id, string Strategy, string Symbol, TradeSide Side, decimal Price, decimal Quantity)
{
    /// <summary>Reads "ID STRATEGY SYMBOL SIDE PRICE QUANTITY".</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out Signal? signal)
    {
        signal = null;
        if (line.Split(' ') is not [var id, var strategy, var symbol, var side, var price, var quantity]) return false;
        if (!Guid.TryParse(id, out var guid) || !Enum.TryParse<TradeSide>(side, ignoreCase: true, out var direction)) return false;
        if (!decimal.TryParse(price, CultureInfo.InvariantCulture, out var entry)
            || !decimal.TryParse(quantity, CultureInfo.InvariantCulture, out var amount)) return false;
        signal = new Signal(guid, strategy, symbol, direction, entry, amount);
        return true;
    }
}
