using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Nexus.Audit;
using Nexus.Operations.Status;

namespace Nexus.Server.Observability;

/// <summary>
/// One line for each log entry, like the console formatter of .NET, but safe: a message may quote a client, a file or a database, so
/// control characters and line breaks are escaped.
/// </summary>
internal sealed class PrintableConsoleFormatter(IOptionsMonitor<ConsoleFormatterOptions> options, TimeProvider clock)
    : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "nexus";

    /// <summary>The maximum length of a message.</summary>
    private const int LongestMessage = 8000;

    /// <summary>The maximum length of an exception with its stack trace.</summary>
    private const int LongestException = 32_000;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (options.CurrentValue.TimestampFormat is { } format) textWriter.Write(clock.GetUtcNow().ToString(format, CultureInfo.InvariantCulture));
        textWriter.Write(NameOf(logEntry.LogLevel));
        textWriter.Write(": ");
        textWriter.Write(logEntry.Category);
        textWriter.Write('[');
        textWriter.Write(logEntry.EventId.Id);
        textWriter.Write("] ");
        textWriter.Write(Printable.Line(OnOneLine(OperatorTerms.Translate(message)), LongestMessage));
        if (logEntry.Exception is { } error)
        {
            textWriter.Write(' ');
            textWriter.Write(Printable.Line(OnOneLine(error.ToString()), LongestException));
        }
        textWriter.WriteLine();
    }

    private static string OnOneLine(string text) => text.ReplaceLineEndings(" ");

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
