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

    /// <summary>Streams users by the beginning of their name.</summary>
    internal IAsyncEnumerable<UserRow> ListUsersByNameAsync(UserNameQuery query, CancellationToken cancellationToken);

    /// <summary>Streams users by the end of their subscription.</summary>
    internal IAsyncEnumerable<UserRow> ListUsersByEndAsync(UserEndQuery query, CancellationToken cancellationToken);

    /// <summary>Streams users with a role.</summary>
    internal IAsyncEnumerable<UserRow> ListUsersByRoleAsync(UserRoleQuery query, CancellationToken cancellationToken);

    /// <summary>The user with the number that PostgreSQL gave; null if there is none. The embedded store gives no numbers.</summary>
    internal Task<UserRow?> FindUserByNumberAsync(int number, CancellationToken cancellationToken);

    /// <summary>Counts the users.</summary>
    internal Task<UserCounts> CountUsersAsync(CancellationToken cancellationToken);

    /// <summary>Streams users that were written since an instant.</summary>
    internal IAsyncEnumerable<UserRow> ListChangedUsersAsync(ChangedUsersQuery query, CancellationToken cancellationToken);
}
