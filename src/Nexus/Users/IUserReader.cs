using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Users;

/// <summary>Reads users from a store.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface IUserReader
{
    /// <summary>The users of these chats, in any order, without those that do not exist.</summary>
    Task<IReadOnlyList<UserRow>> GetUsersAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken);

    /// <summary>The access rows of the users of these chats, in any order, without those that do not exist.</summary>
    internal Task<IReadOnlyList<AccessRow>> GetAccessAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken);

    /// <summary>Streams users in key order, after <paramref name="after"/> where it is given.</summary>
    IAsyncEnumerable<UserRow> ListUsersAsync(string? after, int? limit, CancellationToken cancellationToken);

    /// <summary>Streams the users that meet every condition of a query, in its order.</summary>
    internal IAsyncEnumerable<UserRow> ListUsersAsync(UserQuery query, CancellationToken cancellationToken);

    /// <summary>Counts the users.</summary>
    internal Task<UserCounts> CountUsersAsync(CancellationToken cancellationToken);
}
