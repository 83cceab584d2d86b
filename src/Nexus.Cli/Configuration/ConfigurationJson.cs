using System.Text.Json.Serialization;

namespace Nexus.Cli.Configuration;

/// <summary>An effective setting. Names and meaning of the members are stable, because programs read them.</summary>
/// <param name="Key">The name in the configuration file.</param>
/// <param name="Value">The value without its secrets; null if there is none.</param>
/// <param name="Source"><c>default</c>, <c>file</c>, <c>environment</c> or <c>option</c>.</param>
/// <param name="Place">The source for people.</param>
/// <param name="Variable">The environment variable.</param>
/// <param name="Option">The option; null for none.</param>
/// <param name="Secret">Whether the value is masked.</param>
/// <param name="Reloadable">Whether a running server takes a new value.</param>
internal sealed record SettingView(
    string Key, string? Value, string Source, string Place, string Variable, string? Option, bool Secret, bool Reloadable);

/// <summary>The effective configuration.</summary>
/// <param name="File">The configuration file; null for none.</param>
/// <param name="Settings">All settings.</param>
internal sealed record ConfigurationView(string? File, IReadOnlyList<SettingView> Settings);

/// <summary>The result of a check.</summary>
/// <param name="Ok">Whether there is no problem.</param>
/// <param name="File">The configuration file; null for none.</param>
/// <param name="Problems">What is wrong.</param>
/// <param name="Warnings">What is probably not intended.</param>
internal sealed record ConfigurationReport(bool Ok, string? File, IReadOnlyList<ConfigurationProblem> Problems, IReadOnlyList<string> Warnings);

[JsonSerializable(typeof(ConfigurationView))]
[JsonSerializable(typeof(ConfigurationReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
