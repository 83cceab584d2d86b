using Microsoft.Extensions.Logging;

namespace Nexus.Dispatch;

/// <summary>What the index of the signals logs.</summary>
internal static partial class DispatchLog
{
    [LoggerMessage(EventId = 1550, Level = LogLevel.Information,
        Message = "The dispatch index was built: {Sessions} sessions in {Seconds:0.0} s, {Bytes} bytes")]
    public static partial void Built(ILogger logger, int sessions, double seconds, long bytes);

    [LoggerMessage(EventId = 1551, Level = LogLevel.Warning,
        Message = "The dispatch index could not be built; until it is, each signal is a query of the store")]
    public static partial void BuildFailed(ILogger logger, Exception error);
}
