using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Nexus.Server.Settings;

namespace Nexus.Server.Observability;

/// <summary>Logs go to standard error, so that standard output contains only results.</summary>
internal sealed class ServerLogging(LogFormat format)
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";

    /// <summary>
    /// Silences the framework during startup: an error is thrown to the caller, and the framework would log it a
    /// second time with a stack trace.
    /// </summary>
    public bool HasStarted { get; set; }

    public void Configure(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        // At Information the framework logs one line or more for each request.
        logging.AddFilter("Microsoft", level => HasStarted && level >= LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        if (format == LogFormat.Json) logging.AddJsonConsole(options => (options.UseUtcTimestamp, options.TimestampFormat) = (true, Time.TrimEnd()));
        else logging.AddPrintableConsole(Time);
        logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
