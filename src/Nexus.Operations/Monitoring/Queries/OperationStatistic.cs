namespace Nexus.Operations.Monitoring;

/// <summary>An operation of this instance within the last hour, as its callers saw it.</summary>
/// <param name="Name">Such as <c>save_session</c>.</param>
/// <param name="Calls">How often, about.</param>
/// <param name="MeanMilliseconds">Mean time.</param>
/// <param name="P99Milliseconds">99 of 100 were at least as fast; between the bounds of the histogram, so about.</param>
public sealed record OperationStatistic(string Name, double Calls, double MeanMilliseconds, double P99Milliseconds);
