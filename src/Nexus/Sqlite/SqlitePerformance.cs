using System.Globalization;
using Nexus.Errors;
using Nexus.Trades;

namespace Nexus.Sqlite;

/// <summary>Figures over closed trades, from an index that holds all they need.</summary>
internal static class SqlitePerformance
{
    private const string Figures = """
        SELECT trades, wins, losses, coalesce(decimal_ratio(wins, trades), '0'), profit, loss, decimal_ratio(profit, loss),
               coalesce(decimal_ratio(total, trades), '0'), total, fees, drawdown
        FROM (
            SELECT count(*) AS trades,
                   count(*) FILTER (WHERE pnl NOT GLOB '-*' AND pnl <> '0') AS wins,
                   count(*) FILTER (WHERE pnl GLOB '-*') AS losses,
                   decimal_sum(pnl) FILTER (WHERE pnl NOT GLOB '-*') AS profit,
                   ltrim(decimal_sum(pnl) FILTER (WHERE pnl GLOB '-*'), '-') AS loss,
                   decimal_sum(pnl) AS total,
                   decimal_sum(fees) AS fees,
                   decimal_drawdown(pnl ORDER BY exit_at NULLS LAST, id, chat_id) AS drawdown
            FROM trades WHERE status = 'CLOSED' AND pnl IS NOT NULL
        """;

    public static TradePerformance Get(SqliteSession connection, string? chatId, DateTimeOffset? since)
    {
        var at = since is { } instant ? (object)SqliteTime.ToMicroseconds(instant) : null;
        using var reader = (chatId, at) switch
        {
            (null, null) => connection.Query($"{Figures})"),
            (null, _) => connection.Query($"{Figures} AND exit_at >= ?1)", at),
            (_, null) => connection.Query($"{Figures} AND chat_id = ?1)", chatId),
            _ => connection.Query($"{Figures} AND chat_id = ?1 AND exit_at >= ?2)", chatId, at),
        };
        reader.Read();
        return new TradePerformance(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), Figure(3), Figure(4), Figure(5), reader.IsDBNull(6) ? null : Figure(6),
            Figure(7), Figure(8), Figure(9), Figure(10));

        decimal Figure(int column)
        {
            try
            {
                return DecimalUnits.ToDecimal(DecimalUnits.Parse(reader.GetString(column)));
            }
            catch (OverflowException error)
            {
                throw new StoreRejectedException("22003", "a total has more digits than a decimal can hold: ask for fewer days or a single chat",
                    error);
            }
        }
    }
}
