using System.Runtime.InteropServices;

namespace Nexus.Cli.Terminal;

/// <summary>Ctrl+C and SIGTERM cancel the command. A second signal ends the process at once.</summary>
internal sealed class Signals : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private int _exitCode;

    public Signals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Ask(context, ExitCodes.Interrupted));
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Ask(context, ExitCodes.Terminated));
    }

    public CancellationToken Token => _asked.Token;

    /// <summary>The exit code after a signal.</summary>
    public int ExitCode => Volatile.Read(ref _exitCode);

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _asked.Dispose();
    }

    private void Ask(PosixSignalContext context, int exitCode)
    {
        if (Interlocked.CompareExchange(ref _exitCode, exitCode, 0) != 0) return;
        context.Cancel = true;
        _ = _asked.CancelAsync();
    }
}
