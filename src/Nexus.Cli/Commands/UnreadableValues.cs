using Nexus.Cli.Terminal;
using Nexus.Operations.Keys;

namespace Nexus.Cli.Commands;

internal static class UnreadableValues
{
    /// <summary>Prints the places, never the values.</summary>
    public static void Show(CommandConsole console, IReadOnlyList<UnreadableValue> values, long total)
    {
        RepeatedReasons.Show(console, values.Select(value => (value.Place, value.Reason)));
        if (total > values.Count) console.WriteError($"and {total - values.Count:N0} more");
    }
}
