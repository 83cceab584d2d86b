using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.KeyedState;

/// <summary>Reads the keyed state from a store. An expired value is never returned, by the store's clock.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface IKeyedStateReader
{
    /// <summary>One value; null if there is none.</summary>
    Task<KeyedStateRow?> GetKeyedStateAsync(string id, CancellationToken cancellationToken);

    /// <summary>Streams the values of a range in the order of their ids' bytes.</summary>
    IAsyncEnumerable<KeyedStateRow> ListKeyedStateAsync(StateRange range, CancellationToken cancellationToken);

    /// <summary>Values that have been expired for at least a time, without their content: what a sweep may remove.</summary>
    Task<IReadOnlyList<ExpiredState>> ListExpiredStateAsync(TimeSpan since, int limit, CancellationToken cancellationToken);
}
