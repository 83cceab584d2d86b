namespace Nexus.Cli.Terminal;

/// <summary>What the process says when it ends.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The command found something, or failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line is not one.</summary>
    public const int Usage = 2;

    /// <summary>Ended by a signal: 128 and its number.</summary>
    public const int Interrupted = 130;

    /// <summary>Ended by SIGTERM.</summary>
    public const int Terminated = 143;
}
