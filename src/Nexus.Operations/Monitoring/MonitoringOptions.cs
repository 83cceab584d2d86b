namespace Nexus.Operations.Monitoring;

/// <summary>How the server measures itself and its database.</summary>
public sealed record MonitoringOptions
{
    /// <summary>
    /// The time between two rounds: a snapshot of the server's figures, a sample for the history, an evaluation of the rules. Default 15 s.
    /// </summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest time for one snapshot of PostgreSQL's figures, with connecting. Default 10 s.</summary>
    public TimeSpan SnapshotTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time between two readings of statement statistics and table sizes. Default 60 s.</summary>
    public TimeSpan StatementInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The mean duration of a statement between two readings above which one line is logged with its shape. Default 250 ms; zero logs nothing.
    /// </summary>
    public TimeSpan SlowStatement { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the history in memory reaches back. Default an hour, which the longest window of a rule needs.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromHours(1);
}
