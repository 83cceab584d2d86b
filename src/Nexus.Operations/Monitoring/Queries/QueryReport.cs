namespace Nexus.Operations.Monitoring;

/// <summary>The statements that take most of the database's time.</summary>
/// <param name="ReadAt">When the statistics were read; null if they never were.</param>
/// <param name="Since">When the statistics were reset; null if unknown.</param>
/// <param name="Unavailable">Why there are no statistics; null if there are.</param>
/// <param name="Remedy">The statement that makes them available; null if there is none.</param>
/// <param name="Statements">At most 100, by their total time.</param>
/// <param name="Operations">The operations of this instance within the last hour; empty outside of a server.</param>
public sealed record QueryReport(
    DateTimeOffset? ReadAt, DateTimeOffset? Since, string? Unavailable, string? Remedy, IReadOnlyList<QueryStatistic> Statements,
        IReadOnlyList<OperationStatistic> Operations)
{
    /// <summary>A report without statements.</summary>
    public static QueryReport None(string reason, string? remedy = null) => new(null, null, reason, remedy, [], []);
}
