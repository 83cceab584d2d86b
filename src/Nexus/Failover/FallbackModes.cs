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
