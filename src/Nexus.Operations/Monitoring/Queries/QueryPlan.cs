namespace Nexus.Operations.Monitoring;

/// <summary>The plan of a statement.</summary>
/// <param name="Lines">As EXPLAIN writes it; constants are parameters.</param>
public sealed record QueryPlan(IReadOnlyList<string> Lines);
