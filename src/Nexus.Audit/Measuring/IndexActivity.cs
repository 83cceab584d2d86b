namespace Nexus.Audit;

/// <summary>Counters of an index: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-INDEXES-VIEW.</summary>
/// <param name="Oid">The index.</param>
/// <param name="TableOid">Its table.</param>
/// <param name="Schema">Of both.</param>
/// <param name="Table">The table's name.</param>
/// <param name="Name">The index's name.</param>
/// <param name="Scans">Since the reset.</param>
/// <param name="RowsRead">Entries returned.</param>
/// <param name="LastScan">Since PostgreSQL 16.</param>
internal sealed record IndexCounters(uint Oid, uint TableOid, string Schema, string Table, string Name, long Scans, long RowsRead,
    DateTimeOffset? LastScan)
{
    private const string Columns =
        "SELECT i.indexrelid, i.relid, i.schemaname::text, i.relname::text, i.indexrelname::text, coalesce(i.idx_scan, 0), "
        + "coalesce(i.idx_tup_read, 0),";

    private const string From = "FROM pg_catalog.pg_stat_user_indexes i WHERE i.schemaname !~ '^pg_temp_'";

    private const string Sql = $"{Columns} NULL::timestamptz {From}";

    private const string Sql16 = $"{Columns} i.last_idx_scan {From}";

    public static async Task<Dictionary<uint,
        IndexCounters>> ReadAsync(AuditConnection connection, int version, CancellationToken cancellationToken) => (await connection.QueryAsync(
        version >= 160_000 ? Sql16 : Sql,
        row => new IndexCounters(row.Oid(0), row.Oid(1), row.GetText(2), row.GetText(3), row.GetText(4), row.GetInt64(5), row.GetInt64(6),
            row.Time(7)),
        [],
        cancellationToken).ConfigureAwait(false)).ToDictionary(index => index.Oid);
}

/// <summary>An index over the window.</summary>
/// <param name="Before">At its beginning, null for one that is new.</param>
/// <param name="After">At its end.</param>
internal sealed record IndexActivity(IndexCounters? Before, IndexCounters After)
{
    public string FullName => $"{After.Schema}.{After.Name}";

    public long Scans => After.Scans - (Before?.Scans ?? 0);
}
