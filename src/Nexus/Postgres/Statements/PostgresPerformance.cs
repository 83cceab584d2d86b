using Nexus.Trades;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The SQL of the performance figures.</summary>
internal static class PostgresPerformance
{
    private const string Closed = """
        WITH closed AS (
            SELECT pnl, fees, sum(pnl) OVER (ORDER BY exit_timestamp, id ROWS UNBOUNDED PRECEDING) AS total, exit_timestamp, id
            FROM trades WHERE status = 'CLOSED' AND pnl IS NOT NULL AND ($1::integer IS NULL OR exit_timestamp >= now() - $1 * interval '24 hours')
        """;

    /// <summary>
    /// Sums of numeric are exact. A quotient is given 24 more places than it is rounded to, so that rounding twice cannot show.
    /// The running total starts at 0, which counts as its first peak.
    /// </summary>
    private const string Figures = """
        ),
        falls AS (SELECT pnl, fees, greatest(0, max(total) OVER (ORDER BY exit_timestamp, id ROWS UNBOUNDED PRECEDING)) - total AS fall FROM closed),
        sums AS (
            SELECT count(*) AS trades, count(*) FILTER (WHERE pnl > 0) AS wins, count(*) FILTER (WHERE pnl < 0) AS losses,
                coalesce(sum(pnl) FILTER (WHERE pnl > 0), 0) AS profit, coalesce(-sum(pnl) FILTER (WHERE pnl < 0), 0) AS loss,
                coalesce(sum(pnl), 0) AS pnl, coalesce(sum(fees), 0) AS fees, coalesce(max(fall), 0) AS drawdown
            FROM falls)
        SELECT trades, wins, losses, coalesce(round(round(wins, 32) / nullif(trades, 0), 8), 0), profit, loss,
            round(round(profit, 32) / nullif(loss, 0), 8), coalesce(round(round(pnl, 32) / nullif(trades, 0), 8), 0), pnl, fees, drawdown
        FROM sums
        """;

    private const string OfAll = Closed + Figures;
    private const string OfOne = Closed + " AND chat_id = $2" + Figures;

    public static Query<TradePerformance> Get(string? chatId, int? days) => chatId is null
        ? new Query<TradePerformance>(OfAll, Read).Int(days)
        : new Query<TradePerformance>(OfOne, Read).Int(days).Text(chatId);

    private static TradePerformance Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetInt64(1),
        row.GetInt64(2),
        row.GetDecimal(3),
        row.GetDecimal(4),
        row.GetDecimal(5),
        row.GetDecimalOrNull(6),
        row.GetDecimal(7),
        row.GetDecimal(8),
        row.GetDecimal(9),
        row.GetDecimal(10));
}
