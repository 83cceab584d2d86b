namespace Nexus.Operations.Alerts;

/// <summary>The settings of the alerts cannot be used.</summary>
/// <param name="problems">Everything that is wrong, at least one.</param>
public sealed class AlertSettingsException(IReadOnlyList<SettingsProblem> problems) : Exception(string.Join("; ", problems.Take(20)))
{
    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<SettingsProblem> Problems { get; } = problems;
}
