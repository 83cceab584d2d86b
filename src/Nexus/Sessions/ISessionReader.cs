using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Sessions;

/// <summary>Reads sessions from a store.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface ISessionReader
{
    /// <summary>The sessions of these chats, in any order, without those that do not exist.</summary>
    Task<IReadOnlyList<SessionRow>> GetSessionsAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken);

    /// <summary>Streams sessions in key order; memory does not grow with their number.</summary>
    IAsyncEnumerable<SessionRow> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken);
}
