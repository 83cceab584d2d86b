using Nexus.Trades;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>A sum, and where it comes from.</summary>
/// <param name="Segment">The sum.</param>
/// <param name="IsRead">Made just now of trades that a stored sum would spare; false for a stored sum.</param>
/// <param name="IsSummed">Whether the chat has stored sums that hold.</param>
internal readonly record struct SummedSegment(TradeSegment Segment, bool IsRead, bool IsSummed);

/// <summary>
/// The SQL that reads the figures of one chat from the stored sums of its days, and the days without a valid sum from the trades, in one statement
/// and so in one snapshot: docs/decisions/0038-stored-sums-of-days.md.
/// </summary>
internal static class PostgresTradeSums
{
    /// <summary>The day of an exit; trades without one are with those at the end of time.</summary>
    public const string SlotOfTrade = $"coalesce({DayOfTrade}, 'infinity')";

    /// <summary>Counted from the first day there is: date_bin of some versions puts a midnight before its origin into the day before.</summary>
    public const string DayOfTrade = "date_bin('24 hours', exit_timestamp, '0001-01-01 00:00:00+00'::timestamptz)";

    public const string Closed = "status = 'CLOSED' AND pnl IS NOT NULL";

    /// <summary>The last instant of a day; a day beyond the calendar lasts for ever.</summary>
    public const string EndOfDay =
        "CASE WHEN e.entry_day < '9999-12-31' THEN e.entry_day + interval '24 hours' - interval '1 microsecond' ELSE 'infinity' END";

    /// <summary>Enters a chat, of which each close leaves a mark from then on. Not where the triggers that leave them are missing.</summary>
    public const string Enter = """
        INSERT INTO nexus_summed_chats (chat_id)
        SELECT $1 WHERE 3 = (
            SELECT count(*) FROM pg_catalog.pg_trigger g
            WHERE g.tgrelid = 'trades'::regclass AND pg_catalog.starts_with(g.tgname::text, 'nexus_trade_') AND g.tgenabled <> 'D')
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Whether the chat is entered, whether its sums hold, and what else is known.</summary>
    public const string Look = """
        SELECT c.partitions IS NOT NULL, coalesce(c.partitions = nexus_trade_partitions(), false)
        FROM nexus_summed_chats c WHERE c.chat_id = $1
        """;

    /// <summary>The same, and keeps the chat from being erased until the end of the transaction.</summary>
    public const string LookAndHold = Look + " FOR UPDATE";

    /// <summary>Transactions that began writing before the first of these are over when the second has passed it.</summary>
    public const string Horizon = """
        SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint,
            pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text::bigint
        """;

    /// <summary>Only one instance sums a chat at a time.</summary>
    public const string Reserve = "SELECT pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended('nexus_trade_sums ' || $1, 0))";

    /// <summary>The days with marks, and the days on which their trades were entered.</summary>
    public const string FindStale = """
        SELECT coalesce(array_agg(DISTINCT m.day), '{}') FROM nexus_trade_marks m WHERE m.chat_id = $1
        """;

    public const string FindEntries = """
        SELECT coalesce(array_agg(u.entry_day), '{}')
        FROM (
            SELECT m.entry_day FROM nexus_trade_marks m WHERE m.chat_id = $1
            UNION SELECT e.entry_day FROM nexus_trade_sums s CROSS JOIN LATERAL unnest(s.entry_days) AS e (entry_day)
            WHERE s.chat_id = $1 AND s.kind = 'chat' AND coalesce(s.day, 'infinity') = ANY ($2::timestamptz[])) AS u
        """;

    public const string RemoveDays = """
        DELETE FROM nexus_trade_sums s WHERE s.chat_id = $1 AND ($2::timestamptz[] IS NULL OR coalesce(s.day, 'infinity') = ANY ($2::timestamptz[]))
        """;

    /// <summary>Those that the transaction sees, and those of chats without sums, which writers in stricter transactions leave.</summary>
    public const string RemoveMarks = """
        DELETE FROM nexus_trade_marks m
        WHERE m.chat_id = $1 OR NOT EXISTS (SELECT FROM nexus_summed_chats c WHERE c.chat_id = m.chat_id)
        """;

    public const string Finish = "UPDATE nexus_summed_chats c SET partitions = nexus_trade_partitions() WHERE c.chat_id = $1";

    /// <summary>Chats that no longer have a closed trade: nothing of them is kept.</summary>
    public const string RemoveEmpty = """
        DELETE FROM nexus_summed_chats c
        WHERE c.partitions IS NOT NULL AND NOT EXISTS (SELECT FROM nexus_trade_sums s WHERE s.chat_id = c.chat_id)
        """;

    /// <summary>Chats whose marks have become many although nobody reads their figures.</summary>
    public const string FindMany = "SELECT m.chat_id FROM nexus_trade_marks m GROUP BY m.chat_id HAVING count(*) >= $1 ORDER BY 1 LIMIT 100";

    /// <summary>
    /// Each range of entries is looked up by the primary key. Without OFFSET 0 behind it the planner may read all trades and compare them with the
    /// ranges, which it takes for many.
    /// </summary>
    private const string Trades = """
        SELECT chat_id, entry_timestamp, exit_timestamp, id, status, pnl, fees, strategy, symbol, exchange, side, metadata
        """;

    private const string Chat = "chat";

    private const string NoKind = "none";

    private const string Origin = "'2001-01-01 00:00:00+00'::timestamptz";

    private const string IsSummed = "(SELECT k.is_summed FROM known k)";

    private static readonly string[] Kinds = [Chat, "strategy", "symbol", "exchange", "side"];

    /// <summary>Each kind of sums with what names its groups in a row of trades.</summary>
    public static IEnumerable<(string Kind, string Name)> All => Kinds.Select(kind => (kind, kind == Chat ? "NULL::text" : kind + "::text"));

    /// <summary>Sums one kind again: all days of a chat, or the given days, whose trades were entered on the given days.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">What names its groups.</param>
    /// <param name="isWhole">All days; otherwise $2 has the days and $3 the days of entry.</param>
    public static string Sum(string kind, string name, bool isWhole)
    {
        var from = isWhole
            ? "trades WHERE chat_id = $1"
            : $"""
                (SELECT e.entry_day AS first_entry, {EndOfDay} AS last_entry FROM unnest($3::timestamptz[]) AS e (entry_day)) AS r
                CROSS JOIN LATERAL (
                    {Trades} FROM trades
                    WHERE chat_id = $1 AND entry_timestamp >= r.first_entry AND entry_timestamp <= r.last_entry OFFSET 0) AS t
                WHERE {SlotOfTrade} = ANY ($2::timestamptz[])
                """;
        return $"""
            INSERT INTO nexus_trade_sums (chat_id, kind, name, day, entry_days, {PostgresPerformance.SumColumns})
            WITH closed AS (
                SELECT {name} AS name, {DayOfTrade} AS start, pnl, fees, {PostgresPerformance.Held}, {PostgresPerformance.Excursions},
                    exit_timestamp, id, chat_id, entry_timestamp
                FROM {from} AND {Closed}),
            {PostgresPerformance.Summed},
            entered AS (
                SELECT start AS day, array_agg(DISTINCT date_bin('24 hours', entry_timestamp, '0001-01-01 00:00:00+00'::timestamptz)) AS days
                FROM closed WHERE '{kind}' = '{Chat}' GROUP BY start)
            SELECT $1, '{kind}', s.name, s.start, e.days, {PostgresPerformance.SumColumns}
            FROM sums s LEFT JOIN entered e ON e.day IS NOT DISTINCT FROM s.start
            """;
    }

    /// <summary>
    /// Whether whole days of one kind make up the answer, or a period limits the days whose trades must be read: the rows of the chat know on which
    /// days these were entered.
    /// </summary>
    public static bool Serves(PerformanceQuery query) => query.ChatId is not null && (KindOf(query) is not null || IsBounded(query));

    /// <summary>Sums by group and day, whatever the bucket; by group and bucket if no kind of sums makes up the answer.</summary>
    /// <exception cref="ArgumentException">The sums do not serve the query.</exception>
    public static Query<SummedSegment> Get(PerformanceQuery query)
    {
        if (!Serves(query)) throw new ArgumentException("the sums do not serve the query", nameof(query));
        var kind = KindOf(query);
        var binds = new List<Action<Query<SummedSegment>>> { sums => sums.Text(query.ChatId) };
        string Bind(Action<Query<SummedSegment>> bind)
        {
            binds.Add(bind);
            return $"${binds.Count}";
        }

        var filters = Filters(query).Select(filter => (filter.Column, Value: Bind(sums => sums.Text(filter.Value)))).ToArray();
        var first = query.Days is { } days ? $"(now() - {Bind(sums => sums.Int(days))} * interval '24 hours')"
            : query.From is { } from ? Bind(sums => sums.Bound(from)) : null;
        var end = query.To is { } to ? Bind(sums => sums.Bound(to)) : null;
        var start = kind is null
            ? $"date_bin({Bind(sums => sums.Int((int)query.Bucket.TotalMinutes))} * interval '1 minute', exit_timestamp, {Origin})" : DayOfTrade;
        var rowIsMeant = string.Concat(filters.Select(filter => $" AND {filter.Column} = {filter.Value}"));
        var sumIsMeant = kind is null || filters.Length == 0 ? "" : $" AND s.name = {filters[0].Value}";
        var sql = ToSql(kind, query, start, rowIsMeant, sumIsMeant, first, end);
        var result = new Query<SummedSegment>(sql, static row => new(PostgresPerformance.Read(row), row.GetBoolean(17), row.GetBoolean(18)));
        foreach (var bind in binds) bind(result);
        return result;
    }

    private static string ToSql(
        string? kind, PerformanceQuery query, string start, string rowIsMeant, string sumIsMeant, string? first, string? end)
    {
        var isBounded = first is not null || end is not null;
        string Touches(string day) => And(first is null ? null : $"{day} > {first} - interval '24 hours'", end is null ? null : $"{day} < {end}");
        string IsWithin(string day) => And(first is null ? null : $"{day} >= {first}", end is null ? null : $"{day} <= {end} - interval '24 hours'");
        // Without a kind, of every day of the period.
        var partly = isBounded
            ? $"UNION SELECT c.slot FROM covered c WHERE true{Touches("c.slot")}" + (kind is null ? "" : $" AND NOT (true{IsWithin("c.slot")})")
            : "";
        return $"""
            WITH known AS MATERIALIZED (
                SELECT EXISTS (SELECT FROM nexus_summed_chats c WHERE c.chat_id = $1 AND c.partitions = nexus_trade_partitions()) AS is_summed),
            marked AS MATERIALIZED (
                SELECT m.day AS slot, m.entry_day FROM nexus_trade_marks m WHERE m.chat_id = $1 AND {IsSummed}{Touches("m.day")}),
            covered AS (
                SELECT coalesce(s.day, 'infinity') AS slot, s.entry_days FROM nexus_trade_sums s
                WHERE s.chat_id = $1 AND s.kind = '{Chat}' AND {IsSummed}),
            stale AS MATERIALIZED (
                SELECT m.slot FROM marked m {partly}),
            entries AS MATERIALIZED (
                SELECT m.entry_day FROM marked m
                UNION SELECT e.entry_day FROM covered c CROSS JOIN LATERAL unnest(c.entry_days) AS e (entry_day)
                WHERE c.slot IN (SELECT s.slot FROM stale s)),
            ranges AS (
                SELECT e.entry_day AS first_entry, {EndOfDay} AS last_entry FROM entries e
                UNION ALL SELECT '-infinity', 'infinity' FROM known k WHERE NOT k.is_summed),
            closed AS (
                SELECT {PostgresPerformance.NameOf(query.GroupBy)}::text AS name, {start} AS start, pnl, fees, {PostgresPerformance.Held},
                    {(query.WithExcursions ? PostgresPerformance.Excursions : PostgresPerformance.NoExcursions)},
                    exit_timestamp, id, chat_id, entry_timestamp
                FROM ranges r CROSS JOIN LATERAL (
                    {Trades} FROM trades
                    WHERE chat_id = $1 AND entry_timestamp >= r.first_entry AND entry_timestamp <= r.last_entry
                        AND {Closed}{rowIsMeant}{Bounds(first, end)} OFFSET 0) AS t
                WHERE NOT {IsSummed} OR {SlotOfTrade} IN (SELECT s.slot FROM stale s)),
            {PostgresPerformance.Summed},
            stored AS (
                SELECT {(GroupedColumn(query) is null ? PostgresPerformance.NameOf(query.GroupBy, "s.day") : "s.name")}::text AS name,
                    s.day AS start, {(query.WithExcursions ? PostgresPerformance.SumColumns : PostgresPerformance.SumColumnsWithoutExcursions)}
                FROM nexus_trade_sums s
                WHERE s.chat_id = $1 AND s.kind = '{kind ?? NoKind}' AND {IsSummed}{sumIsMeant}
                    {(isBounded ? "AND s.day IS NOT NULL" : "")}{IsWithin("s.day")}
                    AND coalesce(s.day, 'infinity') NOT IN (SELECT t.slot FROM stale t))
            SELECT {PostgresPerformance.SumsAsText}, is_read, {IsSummed}
            FROM (
                SELECT name, start, {PostgresPerformance.SumColumns}, {(kind is null ? $"NOT {IsSummed}" : "true")} AS is_read FROM sums
                UNION ALL SELECT name, start, {PostgresPerformance.SumColumns}, false FROM stored) AS u
            ORDER BY name COLLATE "C", start
            """;
    }

    private static string And(params string?[] conditions) =>
        string.Concat(conditions.Where(condition => condition is not null).Select(condition => " AND " + condition));

    private static string Bounds(string? first, string? end) =>
        And(first is null ? null : $"exit_timestamp >= {first}", end is null ? null : $"exit_timestamp < {end}");

    private static bool IsBounded(PerformanceQuery query) => query.Days is not null || query.From is not null || query.To is not null;

    /// <summary>The kind of sums that make up the answer; null if none does.</summary>
    private static string? KindOf(PerformanceQuery query)
    {
        if (query.ChatId is null || query.Bucket.Ticks % TimeSpan.TicksPerDay != 0) return null;
        var grouped = GroupedColumn(query);
        return Filters(query).ToArray() switch
        {
            [] => grouped ?? Chat,
            [var (column, _)] when grouped is null || grouped == column => column,
            _ => null,
        };
    }

    /// <summary>The column whose sums are stored by name; null for groups that follow from the chat and the day.</summary>
    private static string? GroupedColumn(PerformanceQuery query) => query.GroupBy switch
    {
        PerformanceGrouping.Strategy => "strategy",
        PerformanceGrouping.Symbol => "symbol",
        PerformanceGrouping.Exchange => "exchange",
        PerformanceGrouping.Side => "side",
        _ => null,
    };

    private static IEnumerable<(string Column, string Value)> Filters(PerformanceQuery query)
    {
        if (query.Strategy is { } strategy) yield return ("strategy", strategy);
        if (query.Symbol is { } symbol) yield return ("symbol", symbol);
        if (query.Exchange is { } exchange) yield return ("exchange", exchange);
    }
}
