namespace Nexus.Operations.Alerts;

/// <summary>The state of an alert.</summary>
public enum AlertState
{
    /// <summary>The condition holds, but not for long enough.</summary>
    Pending,

    /// <summary>The condition has held for long enough.</summary>
    Firing,

    /// <summary>The condition is over.</summary>
    Resolved,
}
