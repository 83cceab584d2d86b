using Nexus.Errors;

namespace Nexus.Operations.Monitoring;

/// <summary>The embedded store has no statistics of statements.</summary>
internal sealed class NoQueryStatistics : IQueryStatistics
{
    public QueryReport Current { get; } = QueryReport.None("the embedded store keeps no statistics of statements");

    public Task<QueryPlan> PlanAsync(string id, CancellationToken cancellationToken) => throw new NexusNotFoundException("the statement");
}
