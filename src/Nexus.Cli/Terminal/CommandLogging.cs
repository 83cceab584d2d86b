using Microsoft.Extensions.Logging;
using Nexus.Server.Observability;

namespace Nexus.Cli.Terminal;

/// <summary>Logs of commands that run and end: warnings to the error output.</summary>
internal static class CommandLogging
{
    public static ILoggerFactory Create() => LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning).AddPrintableConsole());
}
