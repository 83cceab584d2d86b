namespace Nexus.Tasks;

/// <summary>What happens to runs that were due while no worker was there.</summary>
public enum MissedRuns
{
    /// <summary>All that were missed become one run.</summary>
    Once,

    /// <summary>Each of them runs, one after the other.</summary>
    All,

    /// <summary>A run that no worker took within <see cref="NexusTasks.Grace"/> after it was due is not run.</summary>
    Skip,
}
