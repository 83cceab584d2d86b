namespace Nexus.Cli.Terminal;

/// <summary>Exit codes of the process.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The command failed or found a problem.</summary>
    public const int Failure = 1;

    /// <summary>The command line is invalid.</summary>
    public const int Usage = 2;

    /// <summary>nexus doctor found that something is broken, as watchdogs expect it (1 is a warning).</summary>
    public const int Broken = 2;

    /// <summary>Ended by SIGINT: 128 plus the number of the signal.</summary>
    public const int Interrupted = 130;

    /// <summary>Ended by SIGTERM: 128 plus the number of the signal.</summary>
    public const int Terminated = 143;
}
