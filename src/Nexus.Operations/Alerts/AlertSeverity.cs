namespace Nexus.Operations.Alerts;

/// <summary>How urgent an alert is.</summary>
public enum AlertSeverity
{
    /// <summary>Look at it in working hours.</summary>
    Warning,

    /// <summary>Act now.</summary>
    Critical,
}
