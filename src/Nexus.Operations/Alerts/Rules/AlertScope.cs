namespace Nexus.Operations.Alerts;

/// <summary>What an alert is about.</summary>
public enum AlertScope
{
    /// <summary>The shared database or its backups: every instance sees the same, so only the leader evaluates the rule.</summary>
    Shared,

    /// <summary>One instance: each evaluates the rule over its own metrics, and the leader sends the notifications of all of them.</summary>
    Instance,
}
