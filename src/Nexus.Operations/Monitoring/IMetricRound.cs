namespace Nexus.Operations.Monitoring;

/// <summary>Does work after each round of samples, such as evaluating rules.</summary>
public interface IMetricRound
{
    /// <summary>Metrics that it reads.</summary>
    IEnumerable<string> Metrics { get; }

    /// <summary>Called after each round, never twice at once. An error is logged and the next round comes nevertheless.</summary>
    /// <param name="window">The samples.</param>
    /// <param name="cancellationToken">The server stops.</param>
    Task RunAsync(MetricWindow window, CancellationToken cancellationToken);
}
