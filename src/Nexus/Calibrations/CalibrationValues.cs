using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Calibrations;

/// <summary>How a strategy is tuned. Exact decimals: a value that does not fit is refused, never rounded.</summary>
public sealed record CalibrationValues
{
    /// <summary>The confidence from which a signal is taken: 0 to 1, at most 2 decimal places.</summary>
    public decimal ConfidenceThreshold { get; init; } = 0.7m;

    /// <summary>By how much the leverage is multiplied: 0 to 999.99, at most 2 decimal places.</summary>
    public decimal LeverageMultiplier { get; init; } = 1m;

    /// <summary>By how much the size of a position is multiplied: 0 to 999.99, at most 2 decimal places.</summary>
    public decimal SizeMultiplier { get; init; } = 1m;

    /// <summary>The share of the Kelly bet: 0 to 1, at most 4 decimal places.</summary>
    public decimal KellyFraction { get; init; } = 0.5m;

    /// <summary>The estimated win rate: 0 to 1, at most 4 decimal places; null if there is none.</summary>
    public decimal? WinRateEstimate { get; init; }

    /// <summary>The estimated ratio of reward to risk: 0 to 999,999.9999, at most 4 decimal places; null if there is none.</summary>
    public decimal? RiskRewardEstimate { get; init; }

    /// <summary>Whether the calibration applies; an inactive one is kept and passed over.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>The same values, all of them within their limits.</summary>
    /// <exception cref="NexusValidationException">A value exceeds a limit.</exception>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public CalibrationValues Checked() => this with
    {
        ConfidenceThreshold = Number("confidenceThreshold", ConfidenceThreshold, 1m, 2),
        LeverageMultiplier = Number("leverageMultiplier", LeverageMultiplier, 999.99m, 2),
        SizeMultiplier = Number("sizeMultiplier", SizeMultiplier, 999.99m, 2),
        KellyFraction = Number("kellyFraction", KellyFraction, 1m, 4),
        WinRateEstimate = WinRateEstimate is { } rate ? Number("winRateEstimate", rate, 1m, 4) : null,
        RiskRewardEstimate = RiskRewardEstimate is { } ratio ? Number("riskRewardEstimate", ratio, 999_999.9999m, 4) : null,
    };

    private static decimal Number(string field, decimal value, decimal max, int places)
    {
        if (value < 0 || value > max)
            throw new NexusValidationException(field, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"must be 0 to {max}"));
        return decimal.Round(value, places) == value
            ? value
            : throw new NexusValidationException(field, $"must have at most {places} decimal places");
    }
}
