using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.SystemConfig;

/// <summary>Reads the system configuration from a store.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface ISystemConfigReader
{
    /// <summary>One entry; null if there is none.</summary>
    Task<SystemConfigRow?> GetSystemConfigAsync(string key, CancellationToken cancellationToken);

    /// <summary>Streams every entry in key order.</summary>
    IAsyncEnumerable<SystemConfigRow> ListSystemConfigAsync(CancellationToken cancellationToken);
}
