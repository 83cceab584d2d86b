using Nexus.Errors;

namespace Nexus.Operations.Monitoring;

/// <summary>Statistics of the database's statements, read in the background. Safe for concurrent use.</summary>
public interface IQueryStatistics
{
    /// <summary>The last report.</summary>
    QueryReport Current { get; }

    /// <summary>
    /// The generic plan of a statement that the role of Nexus itself ran, made now in a read-only transaction. It is never executed, and statements
    /// of other roles are never planned: planning calls functions of their authors.
    /// </summary>
    /// <param name="id">The <see cref="QueryStatistic.Id"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusNotFoundException">There is no statement of this id.</exception>
    /// <exception cref="NexusValidationException">It cannot be planned; the message gives the reason.</exception>
    Task<QueryPlan> PlanAsync(string id, CancellationToken cancellationToken);
}
