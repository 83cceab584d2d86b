using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Nexus.Calibrations;
using Nexus.Chats;

namespace Nexus.Server.Api;

/// <summary>A calibration in a request. It replaces the stored one; omitted properties have their defaults.</summary>
internal sealed class CalibrationBody
{
    [Description("Optional. If present, it must equal the chat id in the path.")]
    public ChatId? ChatId { get; set; }

    [Description("Optional. If present, it must equal the strategy in the path.")]
    public string? Strategy { get; set; }

    [Description("Optional. If present, it must equal the symbol in the query.")]
    public string? Symbol { get; set; }

    [Description("Optional. If present, it must equal the exchange in the query.")]
    public string? Exchange { get; set; }

    [Description("0 to 1, at most 2 decimal places. Default: 0.7.")]
    [Range(0, 1)]
    public decimal? ConfidenceThreshold { get; set; }

    [Description("0 to 999.99, at most 2 decimal places. Default: 1.")]
    public decimal? LeverageMultiplier { get; set; }

    [Description("0 to 999.99, at most 2 decimal places. Default: 1.")]
    public decimal? SizeMultiplier { get; set; }

    [Description("0 to 1, at most 4 decimal places. Default: 0.5.")]
    [Range(0, 1)]
    public decimal? KellyFraction { get; set; }

    [Range(0, 1)]
    [Description("0 to 1, at most 4 decimal places; null if there is none.")]
    public decimal? WinRateEstimate { get; set; }

    [Description("0 to 999,999.9999, at most 4 decimal places; null if there is none.")]
    public decimal? RiskRewardEstimate { get; set; }

    [Description("An inactive calibration is kept and passed over. Default: true.")]
    public bool? IsActive { get; set; }

    [Description("Ignored: send the version in If-Match.")]
    public long? Version { get; set; }

    [Description("Ignored.")]
    public DateTimeOffset? UpdatedAt { get; set; }

    public CalibrationValues ToValues()
    {
        var defaults = new CalibrationValues();
        return new CalibrationValues
        {
            ConfidenceThreshold = ConfidenceThreshold ?? defaults.ConfidenceThreshold,
            LeverageMultiplier = LeverageMultiplier ?? defaults.LeverageMultiplier,
            SizeMultiplier = SizeMultiplier ?? defaults.SizeMultiplier,
            KellyFraction = KellyFraction ?? defaults.KellyFraction,
            WinRateEstimate = WinRateEstimate,
            RiskRewardEstimate = RiskRewardEstimate,
            IsActive = IsActive ?? defaults.IsActive,
        };
    }
}

/// <summary>A calibration in a response.</summary>
internal sealed record CalibrationView(
    string ChatId,
    string Strategy,
    [property: Description("Null: for all symbols.")] string? Symbol,
    [property: Description("Null: for all exchanges.")] string? Exchange,
    decimal ConfidenceThreshold,
    decimal LeverageMultiplier,
    decimal SizeMultiplier,
    decimal KellyFraction,
    decimal? WinRateEstimate,
    decimal? RiskRewardEstimate,
    bool IsActive,
    [property: Description("Increases with each change. Also the ETag.")] long Version,
    DateTimeOffset UpdatedAt)
{
    public static CalibrationView From(Calibration calibration)
    {
        var values = calibration.Values;
        return new CalibrationView(
            calibration.ChatId.Value, calibration.Strategy, calibration.Symbol, calibration.Exchange, values.ConfidenceThreshold,
            values.LeverageMultiplier, values.SizeMultiplier, values.KellyFraction, values.WinRateEstimate, values.RiskRewardEstimate,
            values.IsActive, calibration.Version, calibration.UpdatedAt);
    }
}

/// <summary>The schema of a page of calibrations.</summary>
internal sealed record CalibrationPage(
    IReadOnlyList<CalibrationView> Calibrations,
    [property: Description("Pass it as after to get the next page; null on the last page.")] string? Next);

/// <summary>The result of an automatic calibration.</summary>
internal sealed record AutomaticCalibrationView(
    [property: Description("False if there were fewer than 10 trades, and nothing was changed.")] bool Calibrated,
    [property: Description("The closed trades of the last 30 days.")] long Trades,
    [property: Description("As it was stored; null if nothing was changed.")] CalibrationView? Calibration);
