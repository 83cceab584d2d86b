namespace Nexus.Operations.Alerts;

/// <summary>How a test message fared.</summary>
/// <param name="Arrived">Whether the receiver took it.</param>
/// <param name="Error">Why not; null if it did.</param>
public sealed record NotifierTestView(bool Arrived, string? Error);
