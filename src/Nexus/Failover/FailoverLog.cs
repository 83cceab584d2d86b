using Microsoft.Extensions.Logging;
using Nexus.Errors;

namespace Nexus.Failover;

/// <summary>Events 1600 to 1699.</summary>
internal static partial class FailoverLog
{
    [LoggerMessage(1600, LogLevel.Warning, "PostgreSQL is unavailable ({Reason}: {Message}); the local replica serves reads, writes {Writes}")]
    public static partial void WentAway(ILogger logger, StoreUnavailableReason reason, string message, string writes);

    [LoggerMessage(1601, LogLevel.Warning, "PostgreSQL is available again after {Away}; {Replayed} spooled writes were replayed")]
    public static partial void CameBack(ILogger logger, TimeSpan away, long replayed);

    [LoggerMessage(1602, LogLevel.Debug, "PostgreSQL is still unavailable")]
    public static partial void StillAway(ILogger logger, Exception error);

    [LoggerMessage(1603, LogLevel.Error, "PostgreSQL responds but cannot be used; the outbox holds {Pending} writes until that is fixed")]
    public static partial void CannotReturn(ILogger logger, long pending, Exception error);

    [LoggerMessage(1604, LogLevel.Information, "Replaying the outbox: {Replayed} writes are in PostgreSQL, {Pending} wait")]
    public static partial void Replaying(ILogger logger, long replayed, long pending);

    [LoggerMessage(1605, LogLevel.Warning,
        "A spooled write ({Kind} of {Table}) conflicts with the stored record; kept: {Kept}. Both versions are in the list of conflicts")]
    public static partial void Conflict(ILogger logger, string kind, string table, string kept);

    [LoggerMessage(1606, LogLevel.Error, "A spooled write ({Kind} of {Table}) was refused by PostgreSQL and moved to the quarantine: {Reason}")]
    public static partial void Quarantined(ILogger logger, string kind, string table, string reason);

    [LoggerMessage(1607, LogLevel.Debug, "The local replica could not be updated; trying again")]
    public static partial void FollowFailed(ILogger logger, Exception error);

    [LoggerMessage(1608, LogLevel.Warning,
        "The outbox holds {Pending} writes; they are replayed when Nexus runs on this data folder and PostgreSQL is available")]
    public static partial void LeftPending(ILogger logger, long pending);

    [LoggerMessage(1609, LogLevel.Warning,
        "The replay position in PostgreSQL is missing, or the data folder is an old copy; every entry is checked one by one")]
    public static partial void MarkLost(ILogger logger);

    [LoggerMessage(1610, LogLevel.Warning, "{Writes} spooled writes were in doubt; {Committed} of them had been committed")]
    public static partial void DoubtsResolved(ILogger logger, int writes, int committed);

    [LoggerMessage(1611, LogLevel.Error, "The local replica could not be updated when PostgreSQL became unavailable")]
    public static partial void CatchUpFailed(ILogger logger, Exception error);

    [LoggerMessage(1612, LogLevel.Error, "Updating the local replica failed unexpectedly; it continues")]
    public static partial void FollowBroke(ILogger logger, Exception error);

    [LoggerMessage(1613, LogLevel.Warning,
        "The {Record} cannot be in the local replica ({Reason}) and is left out: something other than Nexus wrote it")]
    public static partial void LeftOut(ILogger logger, string record, string reason);

    [LoggerMessage(1614, LogLevel.Warning,
        "Records of chats that were moved to another shard could not be removed from the local replica; lists may show them twice during an outage")]
    public static partial void ForeignLeft(ILogger logger, Exception error);
}
