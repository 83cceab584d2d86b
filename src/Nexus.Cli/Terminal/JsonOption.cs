using System.CommandLine;

namespace Nexus.Cli.Terminal;

/// <summary><c>--json</c> on every command that reports.</summary>
internal static class JsonOption
{
    public static Option<bool> Create() => new("--json") { Description = "Answer as JSON, for programs." };
}
