namespace Nexus.LoadTest;

/// <summary>One kind of operation.</summary>
/// <param name="Kind"><c>access</c>, <c>read</c>, <c>save</c>, <c>patch</c>, <c>trade</c> or <c>toggle</c>.</param>
/// <param name="OperationsPerSecond">Operations that succeeded.</param>
/// <param name="P50Ms">Median latency.</param>
/// <param name="P95Ms">95th percentile.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="Succeeded">Operations of the measured time.</param>
/// <param name="Errors">Operations that failed.</param>
public sealed record OperationReport(string Kind, double OperationsPerSecond, double P50Ms, double P95Ms, double P99Ms, long Succeeded, long Errors);
