using System.Text;
using Microsoft.Data.Sqlite;
using Nexus.Trades;

namespace Nexus.Sqlite;

/// <summary>Sums over closed trades. SQLite itself would add money as floating point, so the rows are added here, on the reader's thread.</summary>
internal static class SqlitePerformance
{
    /// <summary>The figures' sums, of an index that holds all they need where no group, strategy or exchange is asked for.</summary>
    public static PerformanceFold Fold(SqliteSession connection, PerformanceQuery query, int limit, TimeProvider clock)
    {
        var fold = new PerformanceFold(limit);
        foreach (var segment in Read(connection, query, clock)) fold.Add(segment);
        return fold;
    }

    /// <summary>The first buckets, each as one segment.</summary>
    public static IReadOnlyList<TradeSegment> Buckets(SqliteSession connection, PerformanceQuery query, int limit, TimeProvider clock)
    {
        List<TradeSegment> buckets = [];
        foreach (var trade in Read(connection, query, clock))
        {
            if (buckets.Count > 0 && buckets[^1].Start == trade.Start && buckets[^1].Name == trade.Name) buckets[^1] = buckets[^1].Then(trade);
            else if (buckets.Count == limit) break;
            else buckets.Add(trade);
        }
        return buckets;
    }

    /// <summary>The trades one by one, in the order of the running total, to be merged with those of other shards.</summary>
    public static IReadOnlyList<ClosedTrade> List(SqliteSession connection, PerformanceQuery query, TimeProvider clock)
    {
        List<ClosedTrade> trades = [];
        using var reader = Select(connection, query, clock, ", id, chat_id");
        while (reader.Read())
        {
            trades.Add(new ClosedTrade(
                ToSegment(reader, query), reader.IsDBNull(3) ? null : SqliteTime.FromMicroseconds(reader.GetInt64(3)),
                new Guid(reader.GetFieldValue<byte[]>(7), bigEndian: true), reader.GetString(8), SqliteTime.FromMicroseconds(reader.GetInt64(4))));
        }
        return trades;
    }

    private static IEnumerable<TradeSegment> Read(SqliteSession connection, PerformanceQuery query, TimeProvider clock)
    {
        using var reader = Select(connection, query, clock, identity: "");
        while (reader.Read()) yield return ToSegment(reader, query);
    }

    private static TradeSegment ToSegment(SqliteDataReader reader, PerformanceQuery query)
    {
        var width = query.Bucket.Ticks / TimeSpan.TicksPerMicrosecond;
        var origin = SqliteTime.ToMicroseconds(PerformanceQuery.Origin);
        long? exit = reader.IsDBNull(3) ? null : reader.GetInt64(3);
        return TradeSegment.Of(
            reader.IsDBNull(0) ? null : reader.GetString(0),
            exit is { } at ? SqliteTime.FromMicroseconds(origin + (FloorDivide(at - origin, width) * width)) : null,
            DecimalUnits.Parse(reader.GetString(1)),
            DecimalUnits.Parse(reader.GetString(2)),
            exit - reader.GetInt64(4),
            Excursion(reader, 5),
            Excursion(reader, 6));
    }

    private static SqliteDataReader Select(SqliteSession connection, PerformanceQuery query, TimeProvider clock, string identity)
    {
        var name = NameOf(query.GroupBy);
        var excursions = query.WithExcursions ? "doc -> '$.metadata.mae', doc -> '$.metadata.mfe'" : "NULL, NULL";
        var sql = new StringBuilder(
            $"SELECT {name} AS name, pnl, fees, exit_at, entry_at, {excursions}{identity} FROM trades WHERE status = 'CLOSED' AND pnl IS NOT NULL");
        List<object?> values = [];
        if (query.ChatId is { } chatId) Where("chat_id =", chatId);
        if (query.Symbol is { } symbol) Where("symbol =", symbol);
        if (query.Strategy is { } strategy) Where("doc ->> '$.strategy' =", strategy);
        if (query.Exchange is { } exchange) Where("doc ->> '$.exchange' =", exchange);
        if (query.Days is { } days) Where("exit_at >=", SqliteTime.ToMicroseconds(SqliteTime.Read(clock).AddTicks(-days * TimeSpan.TicksPerDay)));
        if (query.From is { } from) Where("exit_at >=", SqliteTradeReads.Ceiling(from));
        if (query.To is { } to) Where("exit_at <", SqliteTradeReads.Ceiling(to));
        sql.Append($" ORDER BY {(query.GroupBy is null ? "" : "name NULLS LAST, ")}exit_at NULLS LAST, id, chat_id, entry_at");
        return connection.Query(sql.ToString(), [.. values]);

        void Where(string condition, object value)
        {
            values.Add(value);
            sql.Append($" AND {condition} ?{values.Count}");
        }
    }

    private static string NameOf(PerformanceGrouping? grouping) => grouping switch
    {
        null => "NULL",
        PerformanceGrouping.Strategy => "doc ->> '$.strategy'",
        PerformanceGrouping.Symbol => "symbol",
        PerformanceGrouping.Exchange => "doc ->> '$.exchange'",
        PerformanceGrouping.Chat => "chat_id",
        PerformanceGrouping.Side => "doc ->> '$.side'",
        PerformanceGrouping.Month => "substr(date(exit_at / 1000000, 'unixepoch'), 1, 7)",
        PerformanceGrouping.Day => "date(exit_at / 1000000, 'unixepoch')",
        _ => throw new ArgumentOutOfRangeException(nameof(grouping)),
    };

    private static Int128? Excursion(SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : DecimalUnits.RoundNumber(reader.GetString(column));

    private static long FloorDivide(long value, long width) => value >= 0 ? value / width : -((width - 1 - value) / width);
}
