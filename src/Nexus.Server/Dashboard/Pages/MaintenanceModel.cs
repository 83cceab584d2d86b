using Nexus.Operations.Maintenance;

namespace Nexus.Server.Dashboard;

/// <summary>The jobs of the maintenance and their history.</summary>
public sealed class MaintenanceModel
{
    /// <summary>The jobs.</summary>
    public required IReadOnlyList<MaintenanceJobView> Jobs { get; init; }

    /// <summary>The job that was started by hand and still runs; null for none.</summary>
    public string? Running { get; init; }

    /// <summary>Why a job was not started; null if nothing failed.</summary>
    public string? Error { get; init; }
}
