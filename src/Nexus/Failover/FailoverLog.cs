using Microsoft.Extensions.Logging;
using Nexus.Errors;

namespace Nexus.Failover;

/// <summary>Events 1600 to 1699.</summary>
internal static partial class FailoverLog
{
    [LoggerMessage(1600, LogLevel.Warning, "PostgreSQL does not serve ({Reason}: {Message}); reads come from the local copy, writes {Writes}")]
    public static partial void WentAway(ILogger logger, StoreUnavailableReason reason, string message, string writes);

    [LoggerMessage(1601, LogLevel.Warning, "PostgreSQL serves again after {Away}; {Replayed} spooled writes were replayed")]
    public static partial void CameBack(ILogger logger, TimeSpan away, long replayed);

    [LoggerMessage(1602, LogLevel.Debug, "PostgreSQL is still away")]
    public static partial void StillAway(ILogger logger, Exception error);

    [LoggerMessage(1603, LogLevel.Error, "PostgreSQL answers but cannot be used; the outbox keeps {Pending} writes until that is mended")]
    public static partial void CannotReturn(ILogger logger, long pending, Exception error);

    [LoggerMessage(1604, LogLevel.Information, "Replaying the outbox: {Replayed} writes are in PostgreSQL, {Pending} wait")]
    public static partial void Replaying(ILogger logger, long replayed, long pending);

    [LoggerMessage(1605, LogLevel.Warning, "A spooled write ({Kind} of {Table}) met another version of its record: {Kept} was kept, both are in the list of conflicts")]
    public static partial void Conflict(ILogger logger, string kind, string table, string kept);

    [LoggerMessage(1606, LogLevel.Error, "A spooled write ({Kind} of {Table}) was refused by PostgreSQL and put into quarantine: {Reason}")]
    public static partial void Quarantined(ILogger logger, string kind, string table, string reason);

    [LoggerMessage(1607, LogLevel.Debug, "The local copy could not follow; trying again")]
    public static partial void FollowFailed(ILogger logger, Exception error);

    [LoggerMessage(1608, LogLevel.Warning, "The outbox keeps {Pending} writes for PostgreSQL; they are replayed when Nexus runs on this data folder and PostgreSQL answers")]
    public static partial void LeftPending(ILogger logger, long pending);

    [LoggerMessage(1609, LogLevel.Warning, "PostgreSQL does not know how far this outbox was replayed, or the data folder is an old copy: every entry is checked one by one")]
    public static partial void MarkLost(ILogger logger);

    [LoggerMessage(1610, LogLevel.Warning, "{Writes} spooled writes were in doubt; {Committed} of them were committed before")]
    public static partial void DoubtsResolved(ILogger logger, int writes, int committed);

    [LoggerMessage(1611, LogLevel.Error, "The local copy could not be brought up to date when PostgreSQL went away")]
    public static partial void CatchUpFailed(ILogger logger, Exception error);

    [LoggerMessage(1612, LogLevel.Error, "The local copy met an error that is not PostgreSQL's; it goes on following")]
    public static partial void FollowBroke(ILogger logger, Exception error);
}
