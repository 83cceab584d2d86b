using Nexus.Trades;

namespace Nexus.Calibrations;

/// <summary>The rule that makes a calibration of the performance of the last days.</summary>
internal static class CalibrationRule
{
    /// <summary>Closed trades that are needed.</summary>
    public const int MinTrades = 10;

    /// <summary>Days whose trades count.</summary>
    public const int Days = 30;

    /// <summary>
    /// Size and leverage grow with the expectancy in R and shrink below zero, within limits; a win rate above 0.6 or below 0.4 moves them further.
    /// </summary>
    public static CalibrationValues Of(TradePerformance performance)
    {
        // Without losses there is no R.
        var e = performance.ExpectancyR ?? 0;
        var (size, leverage) = e switch
        {
            > 0.5m => (Math.Min(1.5m, 1 + (0.5m * e)), Math.Min(1.3m, 1 + (0.3m * e))),
            > 0m => (1 + (0.3m * e), 1 + (0.2m * e)),
            > -0.2m => (Math.Max(0.7m, 1 + (0.5m * e)), Math.Max(0.8m, 1 + (0.3m * e))),
            _ => (Math.Max(0.5m, 1 + (0.7m * e)), Math.Max(0.7m, 1 + (0.4m * e))),
        };
        if (performance.WinRate > 0.6m) (size, leverage) = (size * 1.1m, leverage * 1.05m);
        else if (performance.WinRate < 0.4m) (size, leverage) = (size * 0.9m, leverage * 0.95m);
        return new CalibrationValues
        {
            ConfidenceThreshold = 0.7m,
            LeverageMultiplier = Rounded(leverage, 2),
            SizeMultiplier = Rounded(size, 2),
            KellyFraction = 0.5m,
            WinRateEstimate = Rounded(performance.WinRate, 4),
            RiskRewardEstimate = 1.5m,
        };
    }

    /// <summary>As PostgreSQL rounds a value to the width of its column.</summary>
    private static decimal Rounded(decimal value, int places) => decimal.Round(value, places, MidpointRounding.AwayFromZero);
}
