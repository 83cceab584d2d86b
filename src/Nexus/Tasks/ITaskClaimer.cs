using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Tasks;

/// <summary>
/// Grants claims of due tasks. Each call is one transaction of its own, judged by the store's clock. A claim is granted only by the database itself:
/// during an outage every call fails with <see cref="StoreUnavailableException"/>.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface ITaskClaimer
{
    /// <summary>Leases up to this many due tasks that no worker has, the longest due first.</summary>
    Task<IReadOnlyList<TaskRow>> ClaimTasksAsync(int limit, TimeSpan lease, string holder, CancellationToken cancellationToken);

    /// <summary>Until when the lease holds now; null if the claim is not the last one of the task, or was completed or released.</summary>
    Task<DateTimeOffset?> RenewTaskAsync(Guid id, long fence, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Gives a task back. False if the claim is not the last one of the task, or was completed or released.</summary>
    /// <param name="id">The task.</param>
    /// <param name="fence">The number of the claim.</param>
    /// <param name="delay">How long nobody may claim it.</param>
    /// <param name="error">Why the attempt failed; null if the run was not begun, so that the attempt does not count.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<bool> ReleaseTaskAsync(Guid id, long fence, TimeSpan delay, string? error, CancellationToken cancellationToken);
}
