namespace Nexus.Operations.Maintenance;

/// <summary>A job must not run now, for the reason in the message.</summary>
internal sealed class MaintenanceSkippedException(string reason) : Exception(reason);
