using System.Globalization;
using System.Numerics;
using Nexus.Trades;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The SQL of the performance figures: exact sums by group and bucket, of which the figures are made.</summary>
internal static class PostgresPerformance
{
    /// <summary>The running total and its fall within each bucket. The order decides how far it falls.</summary>
    private const string Order =
        "(PARTITION BY name, start ORDER BY exit_timestamp, id, chat_id, entry_timestamp ROWS UNBOUNDED PRECEDING)";

    /// <summary>From the trades of <c>closed</c>, one row for each group and bucket: <see cref="SumColumns"/>.</summary>
    public const string Summed = $"""
        running AS (SELECT *, sum(pnl) OVER {Order} AS total FROM closed),
        falling AS (SELECT *, max(total) OVER {Order} - total AS fall FROM running),
        sums AS (
            SELECT name, start, count(*) AS trades, count(*) FILTER (WHERE pnl > 0) AS wins, count(*) FILTER (WHERE pnl < 0) AS losses,
                sum(pnl) FILTER (WHERE pnl > 0) AS profit, sum(pnl) FILTER (WHERE pnl < 0) AS loss, sum(fees) AS fees,
                max(total) AS top, min(total) AS bottom, max(fall) AS fall, sum(held) AS held, count(held) AS holdings,
                sum(mae) AS mae, count(mae) AS maes, sum(mfe) AS mfe, count(mfe) AS mfes
            FROM falling GROUP BY name, start)
        """;

    /// <summary>What is known of a bucket.</summary>
    public const string SumColumns = $"{Figures}, mae, maes, mfe, mfes";

    /// <summary>The same where nobody asks for excursions.</summary>
    public const string SumColumnsWithoutExcursions =
        $"{Figures}, NULL::numeric AS mae, 0::bigint AS maes, NULL::numeric AS mfe, 0::bigint AS mfes";

    private const string Figures = "trades, wins, losses, profit, loss, fees, top, bottom, fall, held, holdings";

    /// <summary>As <see cref="Read"/> reads it.</summary>
    public const string SumsAsText = """
        name, start, trades, wins, losses, trunc(coalesce(profit, 0) * 1e18)::text, trunc(coalesce(loss, 0) * 1e18)::text,
            trunc(fees * 1e18)::text, trunc(top * 1e18)::text, trunc(bottom * 1e18)::text, trunc(fall * 1e18)::text,
            trunc(coalesce(extract(epoch FROM held), 0) * 1000000)::text, holdings,
            trunc(coalesce(mae, 0) * 1e18)::text, maes, trunc(coalesce(mfe, 0) * 1e18)::text, mfes
        """;

    private const string Sums = $"""
        , {Summed}
        SELECT {SumsAsText}
        FROM sums ORDER BY name COLLATE "C", start LIMIT $1
        """;

    /// <summary>Legacy tables may hold instants outside of the calendar, which have no distance.</summary>
    public const string Held =
        "CASE WHEN isfinite(exit_timestamp) AND isfinite(entry_timestamp) THEN exit_timestamp - entry_timestamp END AS held";

    public static readonly string Excursions = $"{Excursion("mae")}, {Excursion("mfe")}";

    public const string NoExcursions = "NULL::numeric AS mae, NULL::numeric AS mfe";

    private const string OneByOne = """
        SELECT name, start, trunc(pnl * 1e18)::text, trunc(fees * 1e18)::text, trunc(extract(epoch FROM held) * 1000000)::text,
            trunc(mae * 1e18)::text, trunc(mfe * 1e18)::text, exit_timestamp, id, chat_id, entry_timestamp
        FROM closed ORDER BY name COLLATE "C", exit_timestamp, id, chat_id, entry_timestamp LIMIT $1
        """;

    /// <param name="query">Which trades, and how they are grouped.</param>
    /// <param name="limit">The most sums; null for all.</param>
    public static Query<TradeSegment> Get(PerformanceQuery query, int? limit) => Over(query, Sums, limit, Read);

    /// <summary>The trades one by one, for sums over several shards: how far a running total falls depends on the order of all trades.</summary>
    public static Query<ClosedTrade> List(PerformanceQuery query) => Over(query, OneByOne, limit: null, ReadTrade);

    private static Query<T> Over<T>(PerformanceQuery query, string select, int? limit, Func<NpgsqlDataReader, T> read)
    {
        var conditions = new List<(string Sql, Action<Query<T>> Bind)>();
        if (query.ChatId is { } chatId) conditions.Add(("chat_id = {0}", sums => sums.Text(chatId)));
        if (query.Symbol is { } symbol) conditions.Add(("symbol = {0}", sums => sums.Text(symbol)));
        if (query.Strategy is { } strategy) conditions.Add(("strategy = {0}", sums => sums.Text(strategy)));
        if (query.Exchange is { } exchange) conditions.Add(("exchange = {0}", sums => sums.Text(exchange)));
        if (query.Days is { } days) conditions.Add(("exit_timestamp >= now() - {0} * interval '24 hours'", sums => sums.Int(days)));
        if (query.From is { } from) conditions.Add(("exit_timestamp >= {0}", sums => sums.Bound(from)));
        if (query.To is { } to) conditions.Add(("exit_timestamp < {0}", sums => sums.Bound(to)));
        var where = string.Concat(conditions.Select((condition, n) =>
            " AND " + condition.Sql.Replace("{0}", $"${n + 3}", StringComparison.Ordinal)));
        var sql = $"""
            WITH closed AS (
                SELECT {NameOf(query.GroupBy)}::text AS name,
                    date_bin($2 * interval '1 minute', exit_timestamp, '2001-01-01 00:00:00+00'::timestamptz) AS start,
                    pnl, fees, {Held}, {(query.WithExcursions ? Excursions : NoExcursions)}, exit_timestamp, id, chat_id, entry_timestamp
                FROM trades WHERE status = 'CLOSED' AND pnl IS NOT NULL{where})
            {select}
            """;
        var sums = new Query<T>(sql, read).Limit(limit).Int((int)query.Bucket.TotalMinutes);
        foreach (var (_, bind) in conditions) bind(sums);
        return sums;
    }

    /// <param name="grouping">Null for one group of all.</param>
    /// <param name="day">The column with the time of the exit, or with its day.</param>
    public static string NameOf(PerformanceGrouping? grouping, string day = "exit_timestamp") => grouping switch
    {
        null => "NULL",
        PerformanceGrouping.Strategy => "strategy",
        PerformanceGrouping.Symbol => "symbol",
        PerformanceGrouping.Exchange => "exchange",
        PerformanceGrouping.Chat => "chat_id",
        PerformanceGrouping.Side => "side",
        PerformanceGrouping.Month => $"to_char({day} AT TIME ZONE 'UTC', 'YYYY-MM')",
        PerformanceGrouping.Day => $"to_char({day} AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
        _ => throw new ArgumentOutOfRangeException(nameof(grouping)),
    };

    /// <summary>A number in the metadata that fits the other amounts, rounded to their places.</summary>
    private static string Excursion(string member) => $"""
        CASE WHEN jsonb_typeof(metadata -> '{member}') = 'number' AND abs((metadata ->> '{member}')::numeric) < 1000000000000
            THEN round((metadata ->> '{member}')::numeric, 18) END AS {member}
        """;

    public static TradeSegment Read(NpgsqlDataReader row) => new()
    {
        Name = row.GetStringOrNull(0),
        Start = row.GetInstantOrNull(1),
        Trades = row.GetInt64(2),
        Wins = row.GetInt64(3),
        Losses = row.GetInt64(4),
        Profit = Units(row, 5),
        Loss = Units(row, 6),
        Fees = Units(row, 7),
        Top = Units(row, 8),
        Bottom = Units(row, 9),
        Fall = Units(row, 10),
        Held = Units(row, 11),
        Holdings = row.GetInt64(12),
        Mae = Units(row, 13),
        Maes = row.GetInt64(14),
        Mfe = Units(row, 15),
        Mfes = row.GetInt64(16),
    };

    private static ClosedTrade ReadTrade(NpgsqlDataReader row) => new(
        TradeSegment.Of(
            row.GetStringOrNull(0), row.GetInstantOrNull(1), Units(row, 2), Units(row, 3), (long?)UnitsOrNull(row, 4), UnitsOrNull(row, 5),
            UnitsOrNull(row, 6)),
        row.GetInstantOrNull(7),
        row.GetGuid(8),
        row.GetString(9),
        row.GetInstant(10));

    private static BigInteger? UnitsOrNull(NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : Units(row, ordinal);

    private static BigInteger Units(NpgsqlDataReader row, int ordinal) => BigInteger.Parse(row.GetString(ordinal), CultureInfo.InvariantCulture);
}
