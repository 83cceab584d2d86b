using Nexus.Errors;

namespace Nexus.Failover;

/// <summary>The names of the modes in settings and responses.</summary>
internal static class FallbackModes
{
    public static string NameOf(FallbackMode mode) => mode switch
    {
        FallbackMode.Off => "off",
        FallbackMode.ReadOnly => "read-only",
        _ => "read-write",
    };

    /// <param name="setting">Names the setting in the error.</param>
    /// <param name="text"><c>off</c>, <c>read-only</c> or <c>read-write</c>.</param>
    /// <exception cref="NexusConfigurationException">The text names no mode.</exception>
    public static FallbackMode Parse(string setting, string text) =>
        TryParse(text, out var mode) ? mode : throw new NexusConfigurationException(setting, "must be off, read-only or read-write");

    public static bool TryParse(string text, out FallbackMode mode)
    {
        foreach (var candidate in Enum.GetValues<FallbackMode>())
        {
            if (!string.Equals(NameOf(candidate), text, StringComparison.OrdinalIgnoreCase)
                && !string.Equals(candidate.ToString(), text, StringComparison.OrdinalIgnoreCase)) continue;
            mode = candidate;
            return true;
        }
        mode = default;
        return false;
    }
}
