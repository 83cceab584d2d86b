using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Engine;

/// <summary>A store's clock.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface IStoreClock
{
    /// <summary>The store's clock, which decides expiry.</summary>
    Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken);
}
