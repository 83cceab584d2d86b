using System.Runtime.InteropServices;

namespace Nexus.Operations.Backup;

/// <summary>Signals to other processes, which .NET cannot send.</summary>
internal static class ProcessSignal
{
    /// <summary>SIGTERM: end in an orderly way.</summary>
    public const int Terminate = 15;

    /// <summary>SIGINT, which PostgreSQL's server takes as a fast shutdown.</summary>
    public const int Interrupt = 2;

    /// <summary>Sends a signal. Nothing happens if the process has ended.</summary>
    public static void Send(int processId, int signal) => _ = Kill(processId, signal);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
