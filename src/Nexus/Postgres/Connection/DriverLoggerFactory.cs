using Microsoft.Extensions.Logging;

namespace Nexus.Postgres;

/// <summary>
/// Npgsql logs each finished command at Information (LogMessages.cs: CommandExecutionCompleted). With a thousand users that is a flood, so
/// the driver's Information becomes Debug.
/// </summary>
internal sealed class DriverLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new DriverLogger(inner.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>The inner factory belongs to its creator.</summary>
    public void Dispose()
    {
    }

    private sealed class DriverLogger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(Demote(logLevel));

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            inner.Log(Demote(logLevel), eventId, state, exception, formatter);

        private static LogLevel Demote(LogLevel level) => level == LogLevel.Information ? LogLevel.Debug : level;
    }
}
