using Microsoft.Extensions.Logging;

namespace Nexus.Sqlite;

/// <summary>Events 1200 to 1299.</summary>
internal static partial class SqliteLog
{
    [LoggerMessage(1200, LogLevel.Information, "Opened the embedded store {File}, SQLite {Version}, schema {Schema}")]
    public static partial void Opened(ILogger logger, string file, string version, int schema);

    [LoggerMessage(1201, LogLevel.Information, "Applied schema step {Step} to {File}")]
    public static partial void SchemaStepApplied(ILogger logger, int step, string file);

    [LoggerMessage(1202, LogLevel.Debug, "Closed the embedded store {File}")]
    public static partial void Closed(ILogger logger, string file);

    [LoggerMessage(1203, LogLevel.Warning, "A write failed; the {Writes} writes of its transaction are applied one by one")]
    public static partial void AppliedOneByOne(ILogger logger, int writes, Exception cause);

    [LoggerMessage(1204, LogLevel.Error, "A transaction of {Writes} writes failed and was rolled back")]
    public static partial void TransactionFailed(ILogger logger, int writes, Exception cause);

    [LoggerMessage(1206, LogLevel.Critical, "The embedded store is damaged and must be restored: {Damage}")]
    public static partial void Damaged(ILogger logger, string damage);

    [LoggerMessage(1207, LogLevel.Debug, "Checked all of {File}; it is intact")]
    public static partial void Checked(ILogger logger, string file);

    [LoggerMessage(1205, LogLevel.Error, "A commit of {Writes} writes was not confirmed: whether it is durable is unknown")]
    public static partial void CommitUnknown(ILogger logger, int writes, Exception cause);
}
