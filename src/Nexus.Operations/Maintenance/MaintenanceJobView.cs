using Nexus.Operations.Status;

namespace Nexus.Operations.Maintenance;

/// <summary>A job of the maintenance with its history.</summary>
/// <param name="Name">The name of the job.</param>
/// <param name="Purpose">What it does, in one sentence.</param>
/// <param name="Every">How often the scheduler runs it.</param>
/// <param name="IsOffPeak">Whether it runs in the quiet hours only.</param>
/// <param name="Runs">The last runs, newest first.</param>
/// <param name="NextAt">When it is due next; null if this server schedules no maintenance.</param>
public sealed record MaintenanceJobView(
    string Name, string Purpose, TimeSpan Every, bool IsOffPeak, IReadOnlyList<JobRun> Runs, DateTimeOffset? NextAt);
