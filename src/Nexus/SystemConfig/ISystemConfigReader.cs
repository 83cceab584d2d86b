namespace Nexus.SystemConfig;

/// <summary>Reads the system configuration from a store.</summary>
internal interface ISystemConfigReader
{
    Task<SystemConfigRow?> GetSystemConfigAsync(string key, CancellationToken cancellationToken);

    /// <summary>Streams every entry in key order.</summary>
    IAsyncEnumerable<SystemConfigRow> ListSystemConfigAsync(CancellationToken cancellationToken);
}
