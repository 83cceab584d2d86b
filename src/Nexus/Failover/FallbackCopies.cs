using Nexus.Engine;
using Nexus.Errors;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>The names of the choices, and the tables that each of them copies.</summary>
internal static class FallbackCopies
{
    public static string NameOf(FallbackCopy copy) => copy switch
    {
        FallbackCopy.All => "all",
        FallbackCopy.Access => "access",
        _ => "none",
    };

    /// <param name="setting">Names the setting in the error.</param>
    /// <param name="text"><c>all</c>, <c>access</c> or <c>none</c>.</param>
    /// <exception cref="NexusConfigurationException">The text names none of them.</exception>
    public static FallbackCopy Parse(string setting, string text)
    {
        foreach (var candidate in Enum.GetValues<FallbackCopy>())
        {
            if (string.Equals(NameOf(candidate), text, StringComparison.OrdinalIgnoreCase)) return candidate;
        }
        throw new NexusConfigurationException(setting, "must be all, access or none");
    }

    public static IReadOnlyList<RecordTable> TablesOf(FallbackCopy copy) => copy switch
    {
        FallbackCopy.All => RecordTables.All,
        FallbackCopy.Access => [.. RecordTables.All.Where(table => table.DecidesAccess)],
        _ => [],
    };
}
