using System.Diagnostics;
using System.Globalization;

namespace Nexus.TestKit;

/// <summary>
/// Ends the processes and removes the folders of a test run that could not do it itself, for example after kill -9.
/// </summary>
/// <remarks>
/// One shell reads from a pipe that only this process holds open. It learns what to clean up as it comes and goes; when the pipe closes, for
/// whatever reason, what is left on its list is ended and removed. It runs in a session of its own so that a signal to the group spares it.
/// </remarks>
internal static class Watchdog
{
    private const string Script = """
        exec >/dev/null 2>&1
        trap '' INT TERM HUP
        processes= ; folders=
        without() { kept= ; for entry in $1; do [ "${entry#*:}" = "$2" ] || kept="$kept $entry"; done; echo "$kept"; }
        while read -r what argument; do
            case $what in
                end:*) processes="$processes ${what#end:}:$argument" ;;
                ended) processes=$(without "$processes" "$argument") ;;
                remove) folders="$folders
        $argument" ;;
                removed) folders=$(printf '%s\n' "$folders" | grep -vxF -- "$argument") ;;
            esac
        done
        for entry in $processes; do kill -CONT "${entry#*:}"; kill "-${entry%%:*}" "${entry#*:}"; done
        for entry in $processes; do
            tries=0
            while [ $tries -lt 50 ] && kill -0 "${entry#*:}"; do sleep 0.1; tries=$((tries + 1)); done
            kill -KILL "${entry#*:}"
        done
        printf '%s\n' "$folders" | while read -r folder; do [ -z "$folder" ] || rm -rf -- "$folder"; done
        """;

    private static readonly Lock Gate = new();
    private static readonly StreamWriter Commands = Start();

    /// <summary>Sends the process <paramref name="signal"/> should the test run die before the guard is disposed.</summary>
    public static IDisposable GuardProcess(int processId, string signal = "KILL")
    {
        var id = processId.ToString(CultureInfo.InvariantCulture);
        Tell($"end:{signal} {id}");
        return new Guard($"ended {id}");
    }

    /// <summary>Removes the folder should the test run die before the guard is disposed.</summary>
    public static IDisposable GuardFolder(string folder)
    {
        Tell($"remove {folder}");
        return new Guard($"removed {folder}");
    }

    private static StreamWriter Start()
    {
        var start = new ProcessStartInfo("setsid", ["sh", "-c", Script])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };
        var shell = Process.Start(start) ?? throw new InvalidOperationException("the watchdog shell did not start");
        shell.StandardInput.AutoFlush = true;
        return shell.StandardInput;
    }

    private static void Tell(string line)
    {
        lock (Gate) Commands.Write(line + "\n");
    }

    private sealed class Guard(string farewell) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0) Tell(farewell);
        }
    }
}
