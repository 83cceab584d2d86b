using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Tasks;

/// <summary>Reads scheduled tasks from a store.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface ITaskReader
{
    /// <summary>The tasks with these ids, in any order, without those that do not exist.</summary>
    Task<IReadOnlyList<TaskRow>> GetTasksAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken);

    /// <summary>Streams tasks in the order of their ids.</summary>
    IAsyncEnumerable<TaskRow> ListTasksAsync(TaskQuery query, CancellationToken cancellationToken);

    /// <summary>How many tasks wait for a worker.</summary>
    Task<TaskBacklog> GetTaskBacklogAsync(CancellationToken cancellationToken);
}
