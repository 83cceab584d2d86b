using Microsoft.Extensions.Logging;
using Nexus.Server.Observability;

namespace Nexus.Cli.Terminal;

/// <summary>Logging of short-lived commands: warnings and errors go to standard error.</summary>
internal static class CommandLogging
{
    public static ILoggerFactory Create() => LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning).AddPrintableConsole());
}
