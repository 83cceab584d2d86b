using Nexus.Engine;
using Nexus.Users;

namespace Nexus.Simulation;

/// <summary>A reader of users, some of whose reads a planted defect answers.</summary>
internal abstract class WrappedUsers(IUserReader store) : IUserReader
{
    public virtual Task<IReadOnlyList<UserRow>> GetUsersAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        store.GetUsersAsync(chatIds, cancellationToken);

    public virtual Task<IReadOnlyList<AccessRow>> GetAccessAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) =>
        store.GetAccessAsync(chatIds, cancellationToken);

    public IAsyncEnumerable<UserRow> ListUsersAsync(string? after, int? limit, CancellationToken cancellationToken) =>
        store.ListUsersAsync(after, limit, cancellationToken);

    public IAsyncEnumerable<UserRow> ListUsersAsync(UserQuery query, CancellationToken cancellationToken) =>
        store.ListUsersAsync(query, cancellationToken);

    public Task<UserCounts> CountUsersAsync(CancellationToken cancellationToken) => store.CountUsersAsync(cancellationToken);
}

/// <summary>A writer with another feed or another way to apply writes.</summary>
internal sealed class WrappedWriter(ChangeFeed changes, Func<IReadOnlyList<Write>, bool, CancellationToken, Task<WriteOutcome[]>> apply)
    : IStateWriter
{
    public ChangeFeed Changes => changes;

    public Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken) =>
        apply(writes, atomic, cancellationToken);
}
