namespace Nexus.Operations.Status;

/// <summary>One run of a job. Programs read it: names and meaning of the members are stable.</summary>
/// <param name="Job">The job's name.</param>
/// <param name="StartedAt">By the clock of the process.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Gained">What was gained, or why nothing was done; null if there was nothing to do.</param>
/// <param name="Steps">The statements that were run, or that a dry run would run; at most <see cref="MaxSteps"/>.</param>
public sealed record JobRun(
    string Job, DateTimeOffset StartedAt, double Seconds, JobOutcome Outcome, string? Gained, IReadOnlyList<string> Steps)
{
    /// <summary>The most steps that are kept.</summary>
    public const int MaxSteps = 50;
}
