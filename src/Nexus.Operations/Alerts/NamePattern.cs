namespace Nexus.Operations.Alerts;

/// <summary>A name, or the beginning of names with an asterisk at its end.</summary>
internal static class NamePattern
{
    public static bool Matches(string pattern, string name) => pattern.EndsWith('*')
        ? name.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : pattern == name;
}
