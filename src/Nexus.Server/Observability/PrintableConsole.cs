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

public static class PrintableConsole
{
    /// <summary>Logs to standard error with <see cref="PrintableConsoleFormatter"/>.</summary>
    /// <param name="logging">The logging to configure.</param>
    /// <param name="timestampFormat">The format of the time at the start of each line, in UTC; null for no time.</param>
    public static ILoggingBuilder AddPrintableConsole(this ILoggingBuilder logging, string? timestampFormat = null)
    {
        logging.Services.TryAddSingleton(TimeProvider.System);
        logging.AddConsoleFormatter<PrintableConsoleFormatter, ConsoleFormatterOptions>(options => options.TimestampFormat = timestampFormat);
        logging.AddConsole(options => options.FormatterName = PrintableConsoleFormatter.FormatterName);
        logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        return logging;
    }
}
