namespace Nexus.Operations.Monitoring;

/// <summary>One series at one moment.</summary>
/// <param name="Name">The exposed name, such as <c>nexus_queue_pending</c>; empty for the result of an expression.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value.</param>
public readonly record struct MetricSample(string Name, MetricLabels Labels, double Value);
