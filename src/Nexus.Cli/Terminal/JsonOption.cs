using System.CommandLine;

namespace Nexus.Cli.Terminal;

/// <summary><c>--json</c> for every command that prints a report.</summary>
internal static class JsonOption
{
    public static Option<bool> Create() => new("--json") { Description = "Print the result as JSON." };
}
