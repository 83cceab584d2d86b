using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// Instants as timestamptz holds them: microseconds from 2000. PostgreSQL's range is wider than .NET's and has infinities, so one odd row of a
/// legacy table would break a listing if the driver converted; here it is read as the nearest instant there is.
/// </summary>
internal static class PostgresTime
{
    private static readonly long Epoch = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;
    private static readonly long First = ToMicroseconds(DateTimeOffset.MinValue);
    private static readonly long Last = ToMicroseconds(DateTimeOffset.MaxValue);

    /// <summary>Rounded down to whole microseconds.</summary>
    public static long ToMicroseconds(DateTimeOffset instant)
    {
        var ticks = instant.UtcTicks - Epoch;
        var microseconds = ticks / TimeSpan.TicksPerMicrosecond;
        return ticks < 0 && ticks % TimeSpan.TicksPerMicrosecond != 0 ? microseconds - 1 : microseconds;
    }

    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        new(Epoch + Math.Clamp(microseconds, First, Last) * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    public static DateTimeOffset Truncate(DateTimeOffset instant) => FromMicroseconds(ToMicroseconds(instant));

    public static DateTimeOffset GetInstant(this NpgsqlDataReader reader, int ordinal) => FromMicroseconds(reader.GetFieldValue<long>(ordinal));

    public static DateTimeOffset? GetInstantOrNull(this NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetInstant(ordinal);
}
