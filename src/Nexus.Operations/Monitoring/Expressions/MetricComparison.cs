namespace Nexus.Operations.Monitoring;

/// <summary>How a value is compared with a threshold.</summary>
public enum MetricComparison
{
    /// <summary>Greater than the threshold.</summary>
    Above,

    /// <summary>Less than the threshold.</summary>
    Below,
}
