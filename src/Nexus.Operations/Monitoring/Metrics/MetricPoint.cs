namespace Nexus.Operations.Monitoring;

/// <summary>A value at a moment.</summary>
/// <param name="At">When it was measured.</param>
/// <param name="Value">The value; not a number if there was none.</param>
public readonly record struct MetricPoint(DateTimeOffset At, double Value);
