using System.Text.Json;
using Nexus.Json;

namespace Nexus.Calibrations;

/// <summary>A calibration as the JSON that the outbox and the embedded store hold. Decimals are text. Members are never renamed.</summary>
internal static class CalibrationJson
{
    public static void Write(Utf8JsonWriter json, CalibrationValues values)
    {
        json.WriteDecimal("confidence_threshold"u8, values.ConfidenceThreshold);
        json.WriteDecimal("leverage_multiplier"u8, values.LeverageMultiplier);
        json.WriteDecimal("size_multiplier"u8, values.SizeMultiplier);
        json.WriteDecimal("kelly_fraction"u8, values.KellyFraction);
        json.WriteDecimal("win_rate_estimate"u8, values.WinRateEstimate);
        json.WriteDecimal("risk_reward_estimate"u8, values.RiskRewardEstimate);
        json.WriteBoolean("is_active"u8, values.IsActive);
    }

    public static CalibrationValues Read(JsonElement document) => new()
    {
        ConfidenceThreshold = document.ReadDecimal("confidence_threshold"u8)!.Value,
        LeverageMultiplier = document.ReadDecimal("leverage_multiplier"u8)!.Value,
        SizeMultiplier = document.ReadDecimal("size_multiplier"u8)!.Value,
        KellyFraction = document.ReadDecimal("kelly_fraction"u8)!.Value,
        WinRateEstimate = document.ReadDecimal("win_rate_estimate"u8),
        RiskRewardEstimate = document.ReadDecimal("risk_reward_estimate"u8),
        IsActive = document.GetProperty("is_active"u8).GetBoolean(),
    };
}
