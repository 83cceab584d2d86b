using Nexus.Cli.Terminal;
using Nexus.Operations.Keys;

namespace Nexus.Cli.Commands;

internal static class UnreadableValues
{
    /// <summary>A line each, by place and never by value.</summary>
    public static void Show(CommandConsole console, IReadOnlyList<UnreadableValue> values, long total)
    {
        foreach (var value in values) console.WriteError($"{value.Place}: {value.Reason}");
        if (total > values.Count) console.WriteError($"and {total - values.Count:N0} more");
    }
}
