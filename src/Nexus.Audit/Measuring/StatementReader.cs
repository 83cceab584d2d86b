namespace Nexus.Audit;

/// <summary>Reads pg_stat_statements: counters at each slice of the window, texts once at its end.</summary>
internal sealed class StatementReader(AuditConnection connection, StatementsSource source)
{
    private const string EscapesSql = """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_settings s WHERE s.name = 'standard_conforming_strings' AND s.reset_val = 'off')
            OR EXISTS (SELECT FROM pg_catalog.pg_db_role_setting d
                WHERE pg_catalog.array_to_string(d.setconfig, ' ') LIKE '%standard_conforming_strings=off%')
        """;

    private readonly List<Dictionary<StatementKey, StatementCounters>> _snapshots = [];
    private long _hidden;
    private long _evictedBefore;
    private long _evictedAfter;

    public async Task SnapshotAsync(CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            $"""
            SELECT s.userid, s.queryid, s.toplevel, s.calls, s.rows, s.plans, s.total_plan_time, s.total_exec_time, i.dealloc
            FROM {source.Counters} AS s, {source.InfoFunction}() AS i
            WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
            """,
            row => (
                Key: new StatementKey(row.Oid(0), row.Long(1) ?? 0, row.GetBoolean(2)),
                Counters: new StatementCounters(row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetDouble(6), row.GetDouble(7)),
                IsHidden: row.IsDBNull(1),
                Evicted: row.GetInt64(8)),
            [],
            cancellationToken).ConfigureAwait(false);
        _hidden = rows.Count(row => row.IsHidden);
        if (rows.Count > 0) _evictedAfter = rows[0].Evicted;
        if (_snapshots.Count == 0) _evictedBefore = _evictedAfter;
        var snapshot = new Dictionary<StatementKey, StatementCounters>();
        foreach (var row in rows.Where(row => !row.IsHidden)) snapshot[row.Key] = row.Counters;
        _snapshots.Add(snapshot);
    }

    /// <summary>Statements of others that may not be seen.</summary>
    public long Hidden => _hidden;

    /// <summary>Times that entries were dropped between the first and the last snapshot.</summary>
    public long Evicted => _evictedAfter - _evictedBefore;

    /// <summary>The SQLSTATE with which the server refused the texts; null if it did not.</summary>
    public string? Refusal { get; private set; }

    public async Task<List<StatementActivity>> ReadAsync(CancellationToken cancellationToken)
    {
        var texts = new List<(StatementKey Key, string Text, string User)>();
        Refusal = await connection.TryAsync(async () => texts = await ReadTextsAsync(cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);
        var last = _snapshots[^1];
        // With standard_conforming_strings off a quote after a backslash goes on: what such sessions sent is stripped of its constants before
        // anything else reads it.
        var backslashEscapes = (await connection.QueryAsync(EscapesSql, row => row.GetBoolean(0), [], cancellationToken).ConfigureAwait(false))[0];
        return [.. texts
            .Where(row => last.ContainsKey(row.Key) && !row.Text.Contains(AuditConnection.Mark, StringComparison.Ordinal))
            .Select(row => new StatementActivity
            {
                Key = row.Key,
                User = row.User,
                Text = backslashEscapes && row.Text.Contains('\\', StringComparison.Ordinal)
                    ? StatementText.WithoutConstants(row.Text, backslashEscapes: true) : row.Text,
                Total = last[row.Key],
                Window = last[row.Key].Since(_snapshots[0].GetValueOrDefault(row.Key)),
                Slices = [.. _snapshots.Skip(1).Select((snapshot, i) =>
                    Slice(snapshot.GetValueOrDefault(row.Key), _snapshots[i].GetValueOrDefault(row.Key)))],
            })];
    }

    private Task<List<(StatementKey Key, string Text, string User)>> ReadTextsAsync(CancellationToken cancellationToken) => connection.QueryAsync(
        $"""
        SELECT s.userid, s.queryid, s.toplevel, pg_catalog.left(coalesce(s.query, ''), {StatementText.LongestRead}), coalesce(r.rolname::text, '')
        FROM {source.WithTexts} AS s LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.userid
        WHERE s.queryid IS NOT NULL AND s.dbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
        """,
        row => (Key: new StatementKey(row.Oid(0), row.GetInt64(1), row.GetBoolean(2)), Text: row.GetText(3), User: row.GetText(4)),
        [],
        cancellationToken);

    private static StatementSlice Slice(StatementCounters after, StatementCounters before)
    {
        var between = after.Since(before);
        return new StatementSlice(between.Calls, between.Rows);
    }
}
