namespace Nexus.Audit;

/// <summary>
/// How long the database's counters have counted, at least. The server notes only resets; where there was none, the oldest VACUUM or ANALYZE that the
/// same counters remember says that they are at least so old, and so does the server's start, since they survive a clean stop.
/// </summary>
internal static class StatisticsAge
{
    private const string Sql = """
        SELECT extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(d.stats_reset, least(pg_catalog.pg_postmaster_start_time(),
            (SELECT min(least(t.last_vacuum, t.last_autovacuum, t.last_analyze, t.last_autoanalyze)) FROM pg_catalog.pg_stat_all_tables t))))::float8,
                pg_catalog.clock_timestamp()
        FROM pg_catalog.pg_stat_database d WHERE d.datname = pg_catalog.current_database()
        """;

    /// <returns>That age, and the server's time.</returns>
    public static async Task<(TimeSpan Age, DateTimeOffset Now)> ReadAsync(CheckContext context) =>
        (await context.QueryAsync(Sql, row => (TimeSpan.FromSeconds(Math.Max(0, row.GetDouble(0))), row.GetFieldValue<DateTimeOffset>(1)))
            .ConfigureAwait(false))[0];
}
