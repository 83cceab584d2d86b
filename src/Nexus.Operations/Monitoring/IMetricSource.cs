namespace Nexus.Operations.Monitoring;

/// <summary>The metrics of this process.</summary>
public interface IMetricSource
{
    /// <summary>The text that <c>/metrics</c> would return now; null if it could not be written.</summary>
    Task<string?> ReadAsync(CancellationToken cancellationToken);
}
