using Nexus.Operations.Status;

namespace Nexus.Operations.Maintenance;

/// <summary>The result of <c>nexus maintain</c>.</summary>
/// <param name="DryRun">Whether nothing was changed.</param>
/// <param name="Runs">The runs, in order.</param>
public sealed record MaintenanceReport(bool DryRun, IReadOnlyList<JobRun> Runs)
{
    /// <summary>Whether no job failed.</summary>
    public bool Ok => Runs.All(run => run.Outcome != JobOutcome.Failed);
}
