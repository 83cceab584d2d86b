namespace Nexus.Audit;

/// <summary>The phases of an audit, in order.</summary>
public enum AuditPhase
{
    /// <summary>The traffic is observed; takes <see cref="AuditOptions.Window"/>.</summary>
    Window,

    /// <summary>The checks run, one after another.</summary>
    Checks,
}
