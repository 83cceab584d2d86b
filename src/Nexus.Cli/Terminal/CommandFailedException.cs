namespace Nexus.Cli.Terminal;

/// <summary>Ends a command with an exit code and a message.</summary>
internal sealed class CommandFailedException(string message, int exitCode = ExitCodes.Failure) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
