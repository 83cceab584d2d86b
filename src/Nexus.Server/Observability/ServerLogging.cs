using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Nexus.Server.Settings;

namespace Nexus.Server.Observability;

/// <summary>Logs go to standard error, so that standard output contains only results.</summary>
internal sealed class ServerLogging(ServerOptions options)
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";

    /// <summary>
    /// Silences the framework during startup: an error is thrown to the caller, and the framework would log it a
    /// second time with a stack trace.
    /// </summary>
    public bool HasStarted { get; set; }

    public void Configure(ILoggingBuilder logging)
    {
        // A filter and not the minimum level, which is read once: the level may change while the server runs.
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.AddFilter(level => level >= options.LogLevel);
        // At Information the framework logs one line or more for each request.
        logging.AddFilter("Microsoft", level => HasStarted && level >= LogLevel.Warning && level >= options.LogLevel);
        logging.AddFilter("System", level => level >= LogLevel.Warning && level >= options.LogLevel);
        if (options.LogFormat == LogFormat.Json)
            logging.AddJsonConsole(json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, Time.TrimEnd()));
        else logging.AddPrintableConsole(Time);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
