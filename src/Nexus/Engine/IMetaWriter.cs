using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Engine;

/// <summary>Changes a store's own book-keeping.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface IMetaWriter
{
    internal Task SetMetaAsync(string name, string value, CancellationToken cancellationToken);

    /// <summary>Sets the value only if there is none, and returns the stored value, so that two concurrent first starts agree.</summary>
    internal Task<string> GetOrAddMetaAsync(string name, string value, CancellationToken cancellationToken);
}
