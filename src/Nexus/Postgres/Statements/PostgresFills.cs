using Nexus.Engine;
using Nexus.Trades;

namespace Nexus.Postgres;

/// <summary>The SQL that adds fills to a trade.</summary>
internal static class PostgresFills
{
    /// <summary>
    /// Adds to the one open trade that is meant, or to the only one, so that a repeat of what closed it finds it. All figures follow from the fills
    /// of the held row, in numeric, whose products and sums are exact; each quotient is rounded once. A trade that has all of the fills is returned
    /// as it is, at the time of the statement, which tells it from one that was changed. What does not fit the trade returns nothing.
    /// </summary>
    public static readonly Statement Add = new Statement<AddFills>(TradeRow.Table, rank: 5, StatementKind.Adds, """
        WITH held AS (
            SELECT t.chat_id, t.entry_timestamp, t.id, t.symbol, t.side, t.status, t.entry_price, t.quantity, t.fees, t.pnl, t.pnl_pct, t.exit_price,
                t.exit_timestamp, coalesce(t.exact_leverage, t.leverage) AS leverage, t.fills, t.version,
                nexus_more_fills(t.fills, i.fills, t.exchange, now()) AS merged, i.write_id
            FROM {input}
            CROSS JOIN LATERAL (
                SELECT pg_catalog.min(m.chat_id) AS chat_id, pg_catalog.min(m.entry_timestamp) AS entry_timestamp
                FROM (
                    SELECT n.chat_id, n.entry_timestamp, n.status = 'OPEN' AS is_open,
                        pg_catalog.count(*) FILTER (WHERE n.status = 'OPEN') OVER () AS open, pg_catalog.count(*) OVER () AS meant
                    FROM trades n
                    WHERE n.id = i.id AND (i.chat_id IS NULL OR n.chat_id = i.chat_id)
                        AND (i.entry_timestamp IS NULL OR n.entry_timestamp = i.entry_timestamp)) AS m
                WHERE (m.is_open AND m.open = 1) OR (m.open = 0 AND m.meant = 1)
                HAVING pg_catalog.count(*) = 1) AS one
            JOIN trades t ON t.chat_id = one.chat_id AND t.entry_timestamp = one.entry_timestamp AND t.id = i.id
            ORDER BY t.id FOR UPDATE OF t),
        filled AS (
            SELECT h.*, f.entered, f.exited, f.proceeds, f.last_exit, x.cost, x.share, x.fees AS all_fees, f.exited = h.quantity AS is_closed,
                CASE WHEN f.exited > 0 THEN ((f.proceeds * x.share - x.cost * f.exited) * CASE WHEN h.side = 'SHORT' THEN -1 ELSE 1 END
                    - x.fees * x.share) END AS gain
            FROM held h
            CROSS JOIN LATERAL nexus_fill_figures(h.merged, h.symbol) AS f
            CROSS JOIN LATERAL nexus_fill_figures(h.fills, h.symbol) AS b
            CROSS JOIN LATERAL (
                SELECT coalesce(f.cost, h.entry_price) AS cost, coalesce(f.entered, 1) AS share,
                    nexus_amount('fees', h.fees + f.fees - coalesce(b.fees, 0)) AS fees) AS x
            WHERE h.status = 'OPEN'
                AND pg_catalog.jsonb_array_length(h.merged) BETWEEN pg_catalog.jsonb_array_length(coalesce(h.fills, '[]')) + 1 AND 1000
                AND (f.entered IS NULL OR f.entered <= h.quantity) AND f.exited <= coalesce(f.entered, h.quantity)),
        figured AS MATERIALIZED (
            SELECT c.*, CASE WHEN c.entered IS NULL THEN c.entry_price ELSE nexus_quotient(c.cost, c.entered) END AS new_entry,
                CASE WHEN c.exited = 0 THEN c.exit_price ELSE nexus_quotient(c.proceeds, c.exited) END AS new_exit,
                CASE WHEN c.gain IS NULL THEN c.pnl WHEN abs(c.gain) >= c.share * 1e20 THEN nexus_amount('pnl', abs(c.gain) + 1e20)
                    ELSE nexus_quotient(c.gain, c.share) END AS new_pnl,
                CASE WHEN c.entered IS NULL THEN c.entry_price * c.quantity ELSE c.cost END AS whole_cost
            FROM filled c
            WHERE nexus_amount('quantity', coalesce(c.entered, 0)) IS NOT NULL AND nexus_amount('quantity', c.exited) IS NOT NULL
                AND nexus_amount('quantity', c.quantity - c.exited) IS NOT NULL),
        changed AS (
            UPDATE trades t SET
                fills = c.merged, entry_price = c.new_entry, exit_price = c.new_exit, pnl = c.new_pnl, fees = c.all_fees,
                pnl_pct = CASE WHEN NOT c.is_closed THEN c.pnl_pct
                    WHEN abs(c.new_pnl) * c.leverage * 100 < c.whole_cost * 999999.99995
                    THEN sign(c.new_pnl) * div(abs(c.new_pnl) * c.leverage * 2000000 + c.whole_cost, c.whole_cost * 2) * 0.0001 END,
                status = CASE WHEN c.is_closed THEN 'CLOSED' ELSE t.status END,
                exit_timestamp = CASE WHEN c.is_closed THEN c.last_exit ELSE t.exit_timestamp END,
                updated_at = now(), version = t.version + 1, write_id = c.write_id
            FROM figured c
            WHERE t.chat_id = c.chat_id AND t.entry_timestamp = c.entry_timestamp AND t.id = c.id
            RETURNING t.id::text, t.version, t.updated_at)
        SELECT id, version, updated_at FROM changed
        UNION ALL
        SELECT h.id::text, h.version, now() FROM held h
        WHERE pg_catalog.jsonb_array_length(h.merged) = pg_catalog.jsonb_array_length(coalesce(h.fills, '[]'))
        """)
        .Uuid("id", write => write.Id)
        .Text("chat_id", write => write.ChatId)
        .TimeOrNull("entry_timestamp", write => write.EntryTimestamp)
        .Json("fills", write => FillJson.ToUtf8(write.Fills))
        .Uuid("write_id", write => write.WriteId);
}
