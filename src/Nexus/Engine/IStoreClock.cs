namespace Nexus.Engine;

/// <summary>A store's clock.</summary>
internal interface IStoreClock
{
    /// <summary>The store's clock, which decides expiry.</summary>
    Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken);
}
