using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Nexus.Operations.Backup;

/// <summary>Runs a program to its end, without a shell and without PostgreSQL's variables of this process. A cancellation ends it.</summary>
internal static class ChildProgram
{
    private const int MaxOutput = 64 * 1024 * 1024;
    private const int MaxErrorLines = 20;
    private const int MaxErrorLine = 500;

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);

    /// <summary>Runs it.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">Passed as they are. They must not contain secrets, because every user of the machine can see them.</param>
    /// <param name="environment">Variables to add.</param>
    /// <param name="onError">Receives each line of standard error.</param>
    /// <param name="isBackground">Whether it runs with a lower priority.</param>
    /// <param name="cancellationToken">Ends the program and its children.</param>
    public static async Task<ChildResult> RunAsync(
        string path, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, Action<string>? onError, bool isBackground,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var start = CreateStart(path, arguments, environment);
        start.RedirectStandardOutput = true;
        using var process = Start(start);
        process.StandardInput.Close();
        if (isBackground) TryLower(process);
        var errors = new Queue<string>();
        var reading = Task.WhenAll(ReadErrorsAsync(process, errors, onError), ReadOutputAsync(process, out var output));
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process).ConfigureAwait(false);
            throw;
        }
        await reading.ConfigureAwait(false);
        return new ChildResult(process.ExitCode, output.ToString(), string.Join("; ", errors));
    }

    /// <summary>Starts a program that keeps running. The caller ends it.</summary>
    public static Process StartServer(string path, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment) =>
        Start(CreateStart(path, arguments, environment));

    /// <summary>Asks a program to end, and kills it if it does not.</summary>
    public static async Task EndAsync(Process process)
    {
        if (process.HasExited) return;
        SendTerminate(process);
        using var patience = new CancellationTokenSource(EndPatience);
        try
        {
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static ProcessStartInfo CreateStart(string path, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // PGHOSTADDR, PGSERVICE or PGOPTIONS of this process would lead the program elsewhere.
        foreach (var name in start.Environment.Keys.Where(IsForeign).ToList()) start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return start;
    }

    private static bool IsForeign(string name) =>
        name.StartsWith("PG", StringComparison.Ordinal) || name.StartsWith("NEXUS_", StringComparison.Ordinal)
            || name.StartsWith("AWS_", StringComparison.Ordinal) || name is "DATABASE_URL" or "ENCRYPTION_KEY";

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new BackupException(BackupErrorKind.Failed, $"{start.FileName} did not start");
        }
        catch (Win32Exception error)
        {
            throw new BackupException(BackupErrorKind.Failed, $"{start.FileName} cannot be started: {error.Message}", error);
        }
    }

    private static async Task ReadErrorsAsync(Process process, Queue<string> errors, Action<string>? onError)
    {
        while (await process.StandardError.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
        {
            onError?.Invoke(line);
            // With --verbose most lines are about progress.
            if (!IsTelling(line)) continue;
            errors.Enqueue(line.Length > MaxErrorLine ? line[..MaxErrorLine] : line);
            if (errors.Count > MaxErrorLines) errors.Dequeue();
        }
    }

    private static bool IsTelling(string line) =>
        line.Contains("error:", StringComparison.Ordinal) || line.Contains("detail:", StringComparison.Ordinal)
            || line.Contains("hint:", StringComparison.Ordinal) || line.Contains("ERROR:", StringComparison.Ordinal)
            || line.Contains("FATAL:", StringComparison.Ordinal) || line.Contains("DETAIL:", StringComparison.Ordinal);

    private static Task ReadOutputAsync(Process process, out StringBuilder output)
    {
        var text = output = new StringBuilder();
        return ReadAsync();

        async Task ReadAsync()
        {
            var buffer = new char[16 * 1024];
            int read;
            while ((read = await process.StandardOutput.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false)) > 0)
            {
                if (text.Length < MaxOutput) text.Append(buffer, 0, read);
            }
        }
    }

    private static void TryLower(Process process)
    {
        try
        {
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            // It has ended, or the system does not allow it: the priority is a courtesy.
        }
    }

    private static void SendTerminate(Process process)
    {
        // pg_dump and pg_restore cancel the statements of their workers on SIGTERM; the server shuts down.
        if (OperatingSystem.IsWindows()) process.Kill(entireProcessTree: true);
        else ProcessSignal.Send(process.Id, ProcessSignal.Terminate);
    }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">The last lines about errors.</param>
internal sealed record ChildResult(int ExitCode, string Output, string Errors);
