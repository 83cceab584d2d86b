using System.CommandLine;
using System.CommandLine.Parsing;

namespace Nexus.Cli.Terminal;

/// <summary>Checks of several options of a command together.</summary>
internal static class CommandChecks
{
    /// <summary>
    /// Adds a check. The parser calls it before it reports values that it cannot read, and asking for one of those throws: then the check is left
    /// out, and the parser's own report follows.
    /// </summary>
    public static void AddCheck(this Command command, Action<CommandResult> check) => command.Validators.Add(result =>
    {
        try
        {
            check(result);
        }
        catch (InvalidOperationException)
        {
            // The parser says which value it cannot read, and why.
        }
    });
}
