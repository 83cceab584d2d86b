namespace Nexus.Cli.Terminal;

/// <summary>A command ends with an exit code and a line that says why.</summary>
internal sealed class CommandFailedException(string message, int exitCode = ExitCodes.Failure) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
