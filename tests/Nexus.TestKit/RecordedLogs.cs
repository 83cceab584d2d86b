using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Nexus.TestKit;

/// <summary>One line of a log.</summary>
/// <param name="Category">Who wrote it.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Id">Its event id.</param>
/// <param name="Message">Its text.</param>
/// <param name="Everything">The text, each structured value and the whole exception: whatever a sink could write down.</param>
public sealed record LogLine(string Category, LogLevel Level, EventId Id, string Message, string Everything);

/// <summary>Keeps what is logged, on every level, for a test to look at.</summary>
public sealed class RecordedLogs : ILoggerFactory, ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    /// <summary>What was logged so far.</summary>
    public IReadOnlyCollection<LogLine> Lines => _lines;

    /// <summary>All of it as one text.</summary>
    public string Everything => string.Join('\n', _lines.Select(line => line.Everything));

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider)
    {
        // What is recorded here need not be shown elsewhere.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Holds nothing but lines, which stay readable.
    }

    private sealed class Recorder(RecordedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            logs._lines.Enqueue(new LogLine(category, LogLevel.Trace, default, $"scope {state}", $"scope {Describe(state)}"));
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var message = formatter(state, exception);
            logs._lines.Enqueue(new LogLine(category, logLevel, eventId, message,
                $"{category} {logLevel} {eventId} {message} {Describe(state)} {exception}"));
        }

        private static string Describe<TState>(TState state) => state is IEnumerable<KeyValuePair<string, object?>> values
            ? string.Join(' ', values.Select(value => $"{value.Key}={value.Value}"))
            : $"{state}";
    }
}
