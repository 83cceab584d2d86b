using Nexus.Operations.Alerts;

namespace Nexus.Server.Dashboard;

/// <summary>The alerts, silences and notifiers.</summary>
public sealed class AlertModel
{
    /// <summary>The alerts, firing ones first.</summary>
    public required IReadOnlyList<AlertView> Alerts { get; init; }

    /// <summary>The silences that have not ended.</summary>
    public required IReadOnlyList<Silence> Silences { get; init; }

    /// <summary>The notifiers.</summary>
    public required IReadOnlyList<NotifierView> Notifiers { get; init; }

    /// <summary>Whether this instance tells about alerts.</summary>
    public bool IsLeader { get; init; }

    /// <summary>What is wrong with the settings file; null if nothing is.</summary>
    public string? SettingsError { get; init; }

    /// <summary>Why a change failed; null if it did not.</summary>
    public string? Error { get; init; }

    /// <summary>The rule in the form for a silence.</summary>
    public string? Rule { get; init; }

    /// <summary>The reason in the form for a silence.</summary>
    public string? Reason { get; init; }
}
