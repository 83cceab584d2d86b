using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Nexus.TestKit;

/// <summary>A program under test: its output line by line, its signals, and its end with the test, however that ends.</summary>
public sealed partial class ChildProcess : IAsyncDisposable
{
    /// <summary>Kills at once; the program cannot notice.</summary>
    public const int SigKill = 9;

    /// <summary>Asks the program to end.</summary>
    public const int SigTerm = 15;

    /// <summary>Ctrl+C.</summary>
    public const int SigInt = 2;

    /// <summary>Freezes.</summary>
    public const int SigStop = 19;

    /// <summary>Goes on after <see cref="SigStop"/>.</summary>
    public const int SigCont = 18;

    private readonly Process _process;
    private readonly IDisposable _guard;
    private readonly OutputLines _output = new();
    private readonly OutputLines _error = new();
    private readonly Task _ended;

    private ChildProcess(Process process, Action<string>? onLine)
    {
        _process = process;
        Id = process.Id;
        _guard = Watchdog.GuardProcess(Id);
        _ended = Task.WhenAll(onLine is null ? _output.ReadAsync(process.StandardOutput) : HandOnAsync(process.StandardOutput, onLine),
            _error.ReadAsync(process.StandardError));
    }

    /// <summary>Starts a program.</summary>
    /// <param name="file">Its path, or its name when it is on PATH.</param>
    /// <param name="arguments">Passed as they are, no shell.</param>
    /// <param name="environment">Set on top of this process's variables; null removes one.</param>
    /// <param name="workingDirectory">This process's own when left out.</param>
    /// <param name="onLine">Gets each line of standard output, which is then not kept: for programs that write a great deal.</param>
    public static ChildProcess Start(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? workingDirectory = null,
        Action<string>? onLine = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start"), onLine);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code and everything that it wrote.</returns>
    /// <exception cref="TimeoutException">It ran longer than <paramref name="timeout"/> (default 2 minutes) and was killed.</exception>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? workingDirectory = null,
        string? input = null,
        TimeSpan? timeout = null)
    {
        await using var process = Start(file, arguments, environment, workingDirectory);
        if (input is not null) await process.Input.WriteAsync(input);
        process.Input.Close();
        var exitCode = await process.WaitForExitAsync(timeout ?? TimeSpan.FromMinutes(2));
        return (exitCode, process.Output, process.Error);
    }

    /// <summary>The process id.</summary>
    public int Id { get; }

    /// <summary>What the program reads.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>Standard output so far.</summary>
    public string Output => _output.Text;

    /// <summary>Standard error so far.</summary>
    public string Error => _error.Text;

    /// <summary>Whether the program has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The first line of standard output, old or yet to come, that the condition accepts.</summary>
    /// <exception cref="TimeoutException">None came in time, or the program ended without it; holds all of the output.</exception>
    public Task<string> ReadLineAsync(Func<string, bool> condition, TimeSpan? timeout = null) =>
        _output.FindAsync(condition, timeout ?? TimeSpan.FromSeconds(60), () => $"output:\n{Output}\nerror:\n{Error}");

    /// <summary>The same for standard error.</summary>
    public Task<string> ReadErrorLineAsync(Func<string, bool> condition, TimeSpan? timeout = null) =>
        _error.FindAsync(condition, timeout ?? TimeSpan.FromSeconds(60), () => $"output:\n{Output}\nerror:\n{Error}");

    /// <summary>Sends a signal; nothing happens when the program has ended.</summary>
    public void Signal(int signal)
    {
        if (!_process.HasExited) _ = kill(Id, signal);
    }

    /// <summary>Sends a signal to any process.</summary>
    public static void Send(int processId, int signal) => _ = kill(processId, signal);

    /// <summary>SIGKILL, and waits until the process is gone.</summary>
    public async Task KillAsync()
    {
        Signal(SigKill);
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits until the program ended and all of its output was read.</summary>
    /// <returns>The exit code; 128 + n after signal n.</returns>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan? timeout = null)
    {
        using var cancellation = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(60));
        try
        {
            await _process.WaitForExitAsync(cancellation.Token);
        }
        catch (OperationCanceledException error)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} did not end\noutput:\n{Output}\nerror:\n{Error}", error);
        }
        // A grandchild that inherited the pipes may hold them open longer than this test cares.
        await Task.WhenAny(_ended, Task.Delay(TimeSpan.FromSeconds(5)));
        return _process.ExitCode;
    }

    /// <summary>Kills what still runs, with what it started: a server in a terminal takes the end of the terminal for a reload.</summary>
    public async ValueTask DisposeAsync()
    {
        Signal(SigCont);
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await KillAsync();
        _guard.Dispose();
        _process.Dispose();
    }

    private static async Task HandOnAsync(StreamReader reader, Action<string> onLine)
    {
        while (await reader.ReadLineAsync() is { } line) onLine(line);
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int kill(int processId, int signal);

    private sealed class OutputLines
    {
        private readonly Lock _gate = new();
        private readonly StringBuilder _text = new();
        private readonly List<string> _lines = [];
        private bool _ended;
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Text
        {
            get { lock (_gate) return _text.ToString(); }
        }

        public async Task ReadAsync(StreamReader reader)
        {
            try
            {
                while (await reader.ReadLineAsync() is { } line) Add(line);
            }
            finally
            {
                Add(null);
            }
        }

        public async Task<string> FindAsync(Func<string, bool> condition, TimeSpan timeout, Func<string> describe)
        {
            using var cancellation = new CancellationTokenSource(timeout);
            for (var next = 0; ;)
            {
                Task more;
                bool ended;
                lock (_gate)
                {
                    for (; next < _lines.Count; next++)
                    {
                        if (condition(_lines[next])) return _lines[next];
                    }
                    (more, ended) = (_more.Task, _ended);
                }
                if (ended) throw new TimeoutException($"the program ended before the expected line\n{describe()}");
                try
                {
                    await more.WaitAsync(cancellation.Token);
                }
                catch (OperationCanceledException error)
                {
                    throw new TimeoutException($"the expected line did not come\n{describe()}", error);
                }
            }
        }

        private void Add(string? line)
        {
            TaskCompletionSource waiting;
            lock (_gate)
            {
                if (line is null) _ended = true;
                else
                {
                    _lines.Add(line);
                    _text.Append(line).Append('\n');
                }
                waiting = _more;
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            waiting.SetResult();
        }
    }
}
