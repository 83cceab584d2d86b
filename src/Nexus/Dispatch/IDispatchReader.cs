using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Dispatch;

/// <summary>Reads from a store who may get a signal.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface IDispatchReader
{
    /// <summary>Streams what the index is made of; memory does not grow with the number of rows.</summary>
    internal IAsyncEnumerable<DispatchRow> ListDispatchRowsAsync(DispatchRange range, CancellationToken cancellationToken);

    /// <summary>Streams the chats that may get a signal now, by the store's clock, in any order.</summary>
    internal IAsyncEnumerable<SignalRecipient> DispatchAsync(DispatchQuery query, CancellationToken cancellationToken);
}
