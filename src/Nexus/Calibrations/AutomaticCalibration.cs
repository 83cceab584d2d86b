namespace Nexus.Calibrations;

/// <summary>The result of an automatic calibration.</summary>
/// <param name="Trades">The closed trades that it is based on.</param>
/// <param name="Calibration">As it was stored; null if there were too few trades, and nothing was changed.</param>
public sealed record AutomaticCalibration(long Trades, Calibration? Calibration);
