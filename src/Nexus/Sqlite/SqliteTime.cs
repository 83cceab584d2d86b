namespace Nexus.Sqlite;

/// <summary>Instants with microsecond precision, as in PostgreSQL: numbers in columns, ISO 8601 text in documents.</summary>
internal static class SqliteTime
{
    /// <summary>The store's time: that of the clock, in UTC, truncated to microseconds.</summary>
    public static DateTimeOffset Read(TimeProvider clock) => Truncate(clock.GetUtcNow());

    public static DateTimeOffset Truncate(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    /// <summary>Microseconds since 1970.</summary>
    public static long ToMicroseconds(DateTimeOffset at) =>
        (at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMicrosecond - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>The same for a number that anybody may have written: the nearest instant that there is.</summary>
    public static DateTimeOffset FromAnyMicroseconds(long microseconds) =>
        FromMicroseconds(Math.Clamp(microseconds, ToMicroseconds(DateTimeOffset.MinValue), ToMicroseconds(DateTimeOffset.MaxValue)));
}
