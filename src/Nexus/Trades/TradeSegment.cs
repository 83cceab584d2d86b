using System.Numerics;

namespace Nexus.Trades;

/// <summary>
/// Consecutive closed trades of one group, summed: what a later segment needs to know of them. Amounts are whole units of 10⁻¹⁸, in which sums are
/// exact.
/// </summary>
internal sealed record TradeSegment
{
    /// <summary>The group; null for trades without its name.</summary>
    public string? Name { get; init; }

    /// <summary>The start of the bucket; null for trades without an exit time, which come last.</summary>
    public DateTimeOffset? Start { get; init; }

    public long Trades { get; init; }

    public long Wins { get; init; }

    public long Losses { get; init; }

    /// <summary>Sum of the positive PnLs.</summary>
    public BigInteger Profit { get; init; }

    /// <summary>Sum of the negative PnLs, not above zero.</summary>
    public BigInteger Loss { get; init; }

    public BigInteger Fees { get; init; }

    /// <summary>The highest running total after one of the trades.</summary>
    public BigInteger Top { get; init; }

    /// <summary>The lowest running total after one of the trades.</summary>
    public BigInteger Bottom { get; init; }

    /// <summary>How far the running total fell below an earlier one within the segment.</summary>
    public BigInteger Fall { get; init; }

    /// <summary>Microseconds from entry to exit, of the trades that have both.</summary>
    public BigInteger Held { get; init; }

    /// <summary>How many have both.</summary>
    public long Holdings { get; init; }

    /// <summary>The sum of the maximum adverse excursions.</summary>
    public BigInteger Mae { get; init; }

    public long Maes { get; init; }

    /// <summary>The sum of the maximum favourable excursions.</summary>
    public BigInteger Mfe { get; init; }

    public long Mfes { get; init; }

    public BigInteger Pnl => Profit + Loss;

    /// <summary>A segment of one trade.</summary>
    public static TradeSegment Of(
        string? name, DateTimeOffset? start, BigInteger pnl, BigInteger fees, long? held, BigInteger? mae, BigInteger? mfe) => new()
        {
            Name = name,
            Start = start,
            Trades = 1,
            Wins = pnl > 0 ? 1 : 0,
            Losses = pnl < 0 ? 1 : 0,
            Profit = pnl > 0 ? pnl : 0,
            Loss = pnl < 0 ? pnl : 0,
            Fees = fees,
            Top = pnl,
            Bottom = pnl,
            Held = held ?? 0,
            Holdings = held is null ? 0 : 1,
            Mae = mae ?? 0,
            Maes = mae is null ? 0 : 1,
            Mfe = mfe ?? 0,
            Mfes = mfe is null ? 0 : 1,
        };

    /// <summary>This segment followed by another of the same group as one.</summary>
    public TradeSegment Then(TradeSegment next)
    {
        var pnl = Pnl;
        return this with
        {
            Trades = Trades + next.Trades,
            Wins = Wins + next.Wins,
            Losses = Losses + next.Losses,
            Profit = Profit + next.Profit,
            Loss = Loss + next.Loss,
            Fees = Fees + next.Fees,
            Top = BigInteger.Max(Top, pnl + next.Top),
            Bottom = BigInteger.Min(Bottom, pnl + next.Bottom),
            Fall = BigInteger.Max(BigInteger.Max(Fall, next.Fall), Top - (pnl + next.Bottom)),
            Held = Held + next.Held,
            Holdings = Holdings + next.Holdings,
            Mae = Mae + next.Mae,
            Maes = Maes + next.Maes,
            Mfe = Mfe + next.Mfe,
            Mfes = Mfes + next.Mfes,
        };
    }
}
