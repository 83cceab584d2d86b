using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Engine;

/// <summary>Reads a store's own book-keeping.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface IMetaReader
{
    /// <summary>A value of the store's own book-keeping (<c>nexus_meta</c>), such as the canary.</summary>
    Task<string?> GetMetaAsync(string name, CancellationToken cancellationToken);
}
