namespace Nexus.Operations.Monitoring;

/// <summary>What a statement did within a time.</summary>
/// <param name="Calls">Executions.</param>
/// <param name="Rows">Rows returned or changed.</param>
/// <param name="TotalMilliseconds">Time of planning and execution.</param>
/// <param name="MeanMilliseconds">Mean time of one execution; 0 without any.</param>
/// <param name="Share">Its part of the time of all statements, 0 to 1.</param>
public sealed record QueryWindow(long Calls, long Rows, double TotalMilliseconds, double MeanMilliseconds, double Share);
