using System.CommandLine;
using System.CommandLine.Invocation;
using Nexus.Audit;
using Nexus.Cli.Terminal;
using Nexus.Errors;
using Nexus.Operations.Backup;
using Nexus.Operations.Status;

namespace Nexus.Cli;

/// <summary>Parses and runs a command. Every error becomes an exit code and one line, with <c>--verbose</c> also a stack trace.</summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(NexusCommand root, string[] arguments, CommandConsole console)
    {
        var parsed = root.Parse(arguments);
        // Not for every parse error: a command line that asks for help may omit required arguments.
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in UsageErrors.Of(parsed)) console.WriteError(error);
            await console.Error.WriteLineAsync($"See: {UsageErrors.PathOf(parsed.CommandResult)} --help");
            return ExitCodes.Usage;
        }
        using var signals = new Signals();
        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = console.Out,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            await root.ReadConfigurationAsync(parsed, signals.Token);
            return await parsed.InvokeAsync(configuration, signals.Token);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            console.WriteError($"{(signals.ExitCode == ExitCodes.Interrupted ? "interrupted" : "terminated")}: the command was not completed");
            return signals.ExitCode;
        }
        catch (Exception error)
        {
            console.WriteError(Describe(error));
            if (root.IsVerbose(parsed))
            {
                foreach (var line in error.ToString().Split('\n')) await console.Error.WriteLineAsync(Printable.Line(line.TrimEnd('\r')));
            }
            return error switch
            {
                CommandFailedException failed => failed.ExitCode,
                BackupException { Kind: BackupErrorKind.Configuration } => ExitCodes.Usage,
                NexusValidationException or AuditException { Kind: AuditErrorKind.InvalidOption or AuditErrorKind.InvalidReport } => ExitCodes.Usage,
                _ => ExitCodes.Failure,
            };
        }
    }

    private static string Describe(Exception error) => error switch
    {
        AuditException audit => AuditErrors.Describe(audit),
        NexusException => OperatorTerms.Translate(error.Message),
        BackupException => OperatorTerms.Translate(error.Message),
        CommandFailedException or IOException or UnauthorizedAccessException => error.Message,
        _ => $"unexpected error ({error.GetType().Name}: {error.Message}); use --verbose to see the stack trace",
    };
}
