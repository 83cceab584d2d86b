namespace Nexus.Operations.Alerts;

/// <summary>Something wrong in the settings file.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Field">The field, such as <c>notifiers.ops.url</c>; empty for the file.</param>
/// <param name="Reason">What is wrong and what is allowed; never a secret.</param>
public sealed record SettingsProblem(int Line, string Field, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => Field.Length == 0 ? $"line {Line}: {Reason}" : $"line {Line}: {Field}: {Reason}";
}
