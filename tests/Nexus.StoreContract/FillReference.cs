using System.Numerics;
using Nexus.Trades;

namespace Nexus.StoreContract;

/// <summary>What the fills of a trade make of it, by fractions of whole numbers, which are never rounded.</summary>
internal sealed class FillReference(TradeRow trade)
{
    private static readonly BigInteger Unit = BigInteger.Pow(10, 18);

    private readonly List<TradeFill> _fills = [];
    private bool _isClosed;

    /// <summary>Whether the store must take the fill.</summary>
    public bool TryAdd(TradeFill fill)
    {
        if (_fills.Find(one => one.OrderId == fill.OrderId) is { } stored) return stored == fill;
        if (_isClosed) return false;
        List<TradeFill> all = [.. _fills, fill];
        var (entered, exited) = (Sum(all, FillSide.Entry), Sum(all, FillSide.Exit));
        if (entered > Units(trade.Quantity)) return false;
        if (exited > (all.Exists(one => one.Side == FillSide.Entry) ? entered : Units(trade.Quantity))) return false;
        _fills.Add(fill);
        _isClosed = exited == Units(trade.Quantity);
        return true;
    }

    public void Compare(TradeRow stored)
    {
        Assert.Equal(_fills, stored.Fills);
        Assert.Equal(_isClosed ? TradeStatus.Closed : TradeStatus.Open, stored.Status);
        var (entered, cost) = (Sum(_fills, FillSide.Entry), Value(FillSide.Entry));
        var (exited, proceeds) = (Sum(_fills, FillSide.Exit), Value(FillSide.Exit));
        var fees = _fills.Where(fill => fill.FeeCurrency is null or "USDT").Aggregate(BigInteger.Zero, (sum, fill) => sum + Units(fill.Fee));
        Same((fees, Unit), stored.Fees);
        if (entered.IsZero) (entered, cost) = (Unit, Units(trade.EntryPrice) * Unit);
        Same((cost, entered * Unit), stored.EntryPrice);
        if (exited.IsZero)
        {
            Assert.Equal((null, null), (stored.ExitPrice, stored.Pnl));
            return;
        }
        Same((proceeds, exited * Unit), stored.ExitPrice!.Value);
        // The cost of what was exited is its share of the whole cost.
        var gain = (proceeds * entered) - (cost * exited);
        Same(((trade.Side == TradeSide.Short ? -gain : gain) - (fees * Unit * entered), entered * Unit * Unit), stored.Pnl!.Value);

        BigInteger Value(FillSide side) => _fills.Where(fill => fill.Side == side)
            .Aggregate(BigInteger.Zero, (sum, fill) => sum + (Units(fill.Price) * Units(fill.Quantity)));
    }

    /// <summary>Equal to 18 places, half away from zero, or to as many as leave 28 digits.</summary>
    private static void Same((BigInteger Over, BigInteger Under) exact, decimal actual)
    {
        for (var places = 18; places >= 0; places--)
        {
            var scale = BigInteger.Pow(10, places);
            var (twice, under) = (BigInteger.Abs(exact.Over) * scale * 2, exact.Under);
            var rounded = (twice + under) / (2 * under);
            if (rounded >= BigInteger.Pow(10, 28)) continue;
            Assert.Equal(rounded * BigInteger.Pow(10, 18 - places) * exact.Over.Sign, Units(actual));
            return;
        }
        Assert.Fail("the exact value has more than 28 digits before the point");
    }

    private static BigInteger Sum(List<TradeFill> fills, FillSide side) =>
        fills.Where(fill => fill.Side == side).Aggregate(BigInteger.Zero, (sum, fill) => sum + Units(fill.Quantity));

    private static BigInteger Units(decimal value)
    {
        var whole = decimal.Truncate(value);
        return (new BigInteger(whole) * Unit) + new BigInteger((value - whole) * 1_000_000_000_000_000_000m);
    }
}
