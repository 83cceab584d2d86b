using Nexus.Chats;
using Nexus.Engine;
using Nexus.Trades;

namespace Nexus.Postgres;

/// <summary>The SQL that changes trades.</summary>
internal static class PostgresTrades
{
    /// <summary>What a new trade is given.</summary>
    public const string Columns = """
        chat_id, entry_timestamp, id, symbol, side, strategy, exchange, entry_price, exit_price, quantity, leverage, exit_timestamp,
        pnl, pnl_pct, fees, slippage, status, exit_reason, metadata, write_id, exact_leverage, fills
        """;

    private const string Insert = $$"""
        INSERT INTO trades AS t ({{Columns}})
        SELECT
            i.chat_id, i.entry_timestamp, i.id, i.symbol, i.side, i.strategy, i.exchange, i.entry_price, i.exit_price, i.quantity, i.leverage,
                i.exit_timestamp,
            i.pnl, i.pnl_pct, i.fees, i.slippage, i.status, i.exit_reason, i.metadata, i.write_id, i.exact_leverage, i.fills
        FROM {input}

        """;

    private const string Once = """

        ORDER BY i.id
        ON CONFLICT (chat_id, entry_timestamp, id) DO NOTHING
        RETURNING t.id::text, t.version, t.updated_at
        """;

    /// <summary>
    /// Refuses an open trade of a subscriber whose time is up by the server's clock, whatever the trade says of its entry. The users are looked up on
    /// their own: of a SELECT from a distributed table inside the INSERT, Citus makes invalid SQL (deparse_shard_query.c, RebuildQueryStrings).
    /// </summary>
    public static readonly Statement Open = Opening(rank: 0, $$"""
        WITH ended AS (SELECT u.chat_id FROM users u WHERE u.chat_id {keys} AND u.role = 'user' AND u.expires_at <= now())
        {{Insert}}
        WHERE i.status <> 'OPEN' OR NOT EXISTS (SELECT FROM ended e WHERE e.chat_id = i.chat_id)
        {{Once}}
        """).RefusesWhere(write => write.Trade.Status == TradeStatus.Open);

    /// <summary>A trade that was accepted before.</summary>
    public static readonly Statement Restore = Opening(rank: 3, Insert + Once);

    /// <summary>
    /// Closes the one open trade that is meant, and none where several are (docs/decisions/0007-identity-of-a-trade.md).
    /// What its fills have not exited yet ends at the given price. The figures are made from the held row in numeric, whose products and sums are
    /// exact; each quotient is rounded once. A percentage beyond numeric(10,4) is none; a sum beyond the limit of amounts is an error that names it.
    /// </summary>
    public static readonly Statement Close = new Statement<CloseTrade>(TradeRow.Table, rank: 1, StatementKind.Closes, """
        WITH held AS (
            SELECT t.chat_id, t.entry_timestamp, t.id, t.symbol, t.side, t.entry_price, t.exit_price, t.quantity,
                coalesce(t.exact_leverage, t.leverage) AS leverage, t.fees, t.slippage, t.fills,
                i.write_id, i.status, i.exit_reason, coalesce(i.exit_timestamp, clock.at) AS exit_timestamp,
                i.exit_price AS given_price, i.fees AS more_fees, i.slippage AS more_slippage,
                i.pnl AS given_pnl, i.pnl_pct AS given_pct
            FROM {input} CROSS JOIN (SELECT now() AS at) AS clock
            CROSS JOIN LATERAL (
                SELECT pg_catalog.min(o.chat_id) AS chat_id, pg_catalog.min(o.entry_timestamp) AS entry_timestamp
                FROM (
                    SELECT n.chat_id, n.entry_timestamp FROM trades n
                    WHERE n.id = i.id AND n.status = 'OPEN' AND (i.chat_id IS NULL OR n.chat_id = i.chat_id)
                        AND (i.entry_timestamp IS NULL OR n.entry_timestamp = i.entry_timestamp)
                    LIMIT 2) AS o
                HAVING pg_catalog.count(*) = 1) AS one
            JOIN trades t ON t.chat_id = one.chat_id AND t.entry_timestamp = one.entry_timestamp AND t.id = i.id
            WHERE t.status = 'OPEN'
            ORDER BY t.id FOR UPDATE OF t),
        closing AS (
            SELECT h.chat_id, h.entry_timestamp, h.id, h.write_id, h.exit_reason, h.exit_timestamp, v.exit_price, v.fees, v.slippage, p.pnl,
                nexus_accept(h.status, h.status <> 'CANCELLED' OR h.fills IS NULL, 'cancelled', 'must be false for a trade with fills: close it')
                    AS status,
                coalesce(h.given_pct, CASE WHEN abs(p.pnl) * abs(h.leverage) * 100 < abs(v.cost) * 999999.99995
                    THEN sign(p.pnl * h.leverage * v.cost) * div(abs(p.pnl * h.leverage) * 2000000 + abs(v.cost), abs(v.cost) * 2) * 0.0001
                    END) AS pnl_pct
            FROM held h
            CROSS JOIN LATERAL nexus_fill_figures(h.fills, h.symbol) AS f
            CROSS JOIN LATERAL (SELECT coalesce(h.given_price, h.exit_price) AS price, coalesce(f.entered, h.quantity) AS whole) AS x
            CROSS JOIN LATERAL (
                SELECT coalesce(f.cost, h.entry_price * h.quantity) AS cost, h.fees + coalesce(h.more_fees, 0) AS fees,
                    h.slippage + coalesce(h.more_slippage, 0) AS slippage,
                    CASE WHEN f.exited > 0 THEN f.proceeds + x.price * (x.whole - f.exited) ELSE x.price * x.whole END AS proceeds,
                    CASE WHEN f.exited > 0 THEN nexus_quotient(f.proceeds + x.price * (x.whole - f.exited), x.whole) ELSE x.price END AS exit_price
                ) AS v
            CROSS JOIN LATERAL (
                SELECT (v.proceeds - v.cost) * CASE WHEN h.side = 'SHORT' THEN -1 ELSE 1 END - v.fees AS gain) AS g
            CROSS JOIN LATERAL (
                SELECT coalesce(h.given_pnl, CASE WHEN scale(g.gain) <= 18 AND abs(g.gain) < 1e10 THEN g.gain ELSE nexus_quotient(g.gain, 1) END)
                    AS pnl) AS p)
        UPDATE trades t SET
            exit_price = c.exit_price, exit_timestamp = c.exit_timestamp, pnl_pct = c.pnl_pct,
            pnl = CASE WHEN abs(c.pnl) < 1e10 THEN c.pnl ELSE nexus_amount('pnl', c.pnl) END,
            fees = CASE WHEN abs(c.fees) < 1e10 THEN c.fees ELSE nexus_amount('fees', c.fees) END,
            slippage = CASE WHEN abs(c.slippage) < 1e10 THEN c.slippage ELSE nexus_amount('slippage', c.slippage) END,
            status = c.status, exit_reason = coalesce(c.exit_reason, t.exit_reason),
            updated_at = now(), version = t.version + 1, write_id = c.write_id
        FROM closing c
        WHERE t.chat_id = c.chat_id AND t.entry_timestamp = c.entry_timestamp AND t.id = c.id
        RETURNING t.id::text, t.version, t.updated_at
        """)
        .Uuid("id", write => write.Id)
        .Text("chat_id", write => write.ChatId)
        .TimeOrNull("entry_timestamp", write => write.EntryTimestamp)
        .DecimalOrNull("exit_price", write => write.ExitPrice)
        .TimeOrNull("exit_timestamp", write => write.ExitTimestamp)
        .DecimalOrNull("pnl", write => write.Pnl)
        .DecimalOrNull("pnl_pct", write => write.PnlPct)
        .DecimalOrNull("fees", write => write.Fees)
        .DecimalOrNull("slippage", write => write.Slippage)
        .Text("exit_reason", write => write.ExitReason)
        .Text("status", write => TradeNames.ToText(write.Status))
        .Uuid("write_id", write => write.WriteId);

    public static readonly Statement Reseal = new Statement<ResealTrade>(TradeRow.Table, rank: 2, StatementKind.Reseals, """
        WITH held AS (
            SELECT t.chat_id, t.entry_timestamp, t.id, i.metadata, i.exit_reason, i.expected
            FROM {input} JOIN trades t ON t.chat_id = i.chat_id AND t.entry_timestamp = i.entry_timestamp AND t.id = i.id
            ORDER BY t.id FOR UPDATE OF t)
        UPDATE trades t SET metadata = h.metadata, exit_reason = coalesce(h.exit_reason, t.exit_reason)
        FROM held h
        WHERE t.chat_id = h.chat_id AND t.entry_timestamp = h.entry_timestamp AND t.id = h.id AND t.version = h.expected
        RETURNING t.id::text, t.version, t.updated_at
        """, write => write.SeenVersion)
        .Uuid("id", write => write.Id)
        .Text("chat_id", write => write.ChatId)
        .Time("entry_timestamp", write => write.EntryTimestamp)
        .Json("metadata", write => write.Metadata)
        .Text("exit_reason", write => write.ExitReason)
        .LongOrNull("expected", write => write.SeenVersion);

    public static readonly Statement Disown = new Statement<DisownTrade>(TradeRow.Table, rank: 4, StatementKind.Changes, """
        WITH held AS (
            SELECT t.chat_id, t.entry_timestamp, t.id, i.pseudonym, i.write_id
            FROM {input} JOIN trades t ON t.chat_id = i.chat_id AND t.entry_timestamp = i.entry_timestamp AND t.id = i.id
            ORDER BY t.id FOR UPDATE OF t)
        UPDATE trades t SET chat_id = h.pseudonym, metadata = '{}', exit_reason = NULL,
            fills = (
                SELECT pg_catalog.jsonb_agg(f.one || pg_catalog.jsonb_build_object('order_id', f.place::text) ORDER BY f.place)
                FROM pg_catalog.jsonb_array_elements(t.fills) WITH ORDINALITY AS f (one, place)),
            updated_at = now(), version = t.version + 1,
            write_id = h.write_id
        FROM held h
        WHERE t.chat_id = h.chat_id AND t.entry_timestamp = h.entry_timestamp AND t.id = h.id
        RETURNING t.id::text, t.version, t.updated_at
        """)
        .Uuid("id", write => write.Id)
        .Text("chat_id", write => write.ChatId)
        .Time("entry_timestamp", write => write.EntryTimestamp)
        .Text("pseudonym", write => write.Pseudonym)
        .Uuid("write_id", write => write.WriteId);

    private const string LockRows = "SELECT count(*) FROM (SELECT 1 FROM trades WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE) AS held";

    private const string LookUp = """
        SELECT id::text, version, updated_at, write_id, chat_id, entry_timestamp, status = 'OPEN'
        FROM trades WHERE id = ANY ($1::uuid[]) ORDER BY entry_timestamp DESC, chat_id
        """;

    /// <summary>Trades are only ever added and changed. Several may have one id, so that a version cannot be raised by it.</summary>
    public static readonly PostgresTable Table = new PostgresTable<TradeRow>(TradeRow.Table, LookUp, LockRows, raiseVersion: null)
    {
        Placement = TablePlacement.OfChat(KeyPart.Text("chat_id"), KeyPart.Instant("entry_timestamp"), KeyPart.Uuid("id")),
        Get = PostgresTradeReads.Get,
        Page = static (after, limit) => PostgresTradeReads.InOrderOfEntry(after ?? "", limit),
        Ranges = new PostgresEntryRanges(),
        Means = static (record, write) => ((ITradeWrite)write).Meant is var meant
            && (meant.ChatId is null || meant.ChatId == record.ChatId)
            && (meant.EntryTimestamp is not { } entered || PostgresTime.Truncate(entered) == record.EntryTimestamp),
    };

    /// <summary>The column leverage holds whole numbers; only what they cannot hold has a value here.</summary>
    public static decimal? ExactLeverage(TradeRow trade) => decimal.IsInteger(trade.Leverage) ? null : trade.Leverage;

    /// <summary>Null for a trade without fills, which then takes no room.</summary>
    public static ReadOnlyMemory<byte>? Fills(TradeRow trade) =>
        trade.Fills.Count == 0 ? default(ReadOnlyMemory<byte>?) : FillJson.ToUtf8(trade.Fills);

    public static Statement For(OpenTrade write) => write.WasAccepted ? Restore : Open;

    private static Statement<OpenTrade> Opening(int rank, string sql) => new Statement<OpenTrade>(TradeRow.Table, rank, StatementKind.Opens, sql)
        .Text("chat_id", write => write.Trade.ChatId)
        .Uuid("id", write => write.Trade.Id)
        .Time("entry_timestamp", write => write.Trade.EntryTimestamp)
        .Text("symbol", write => write.Trade.Symbol)
        .Text("side", write => TradeNames.ToText(write.Trade.Side))
        .Text("strategy", write => write.Trade.Strategy)
        .Text("exchange", write => write.Trade.Exchange)
        .Decimal("entry_price", write => write.Trade.EntryPrice)
        .DecimalOrNull("exit_price", write => write.Trade.ExitPrice)
        .Decimal("quantity", write => write.Trade.Quantity)
        .Int("leverage", write => (int)write.Trade.Leverage)
        .TimeOrNull("exit_timestamp", write => write.Trade.ExitTimestamp)
        .DecimalOrNull("pnl", write => write.Trade.Pnl)
        .DecimalOrNull("pnl_pct", write => write.Trade.PnlPct)
        .Decimal("fees", write => write.Trade.Fees)
        .Decimal("slippage", write => write.Trade.Slippage)
        .Text("status", write => TradeNames.ToText(write.Trade.Status))
        .Text("exit_reason", write => write.Trade.ExitReason)
        .Json("metadata", write => write.Trade.Metadata)
        .Uuid("write_id", write => write.WriteId)
        .DecimalOrNull("exact_leverage", write => ExactLeverage(write.Trade))
        .JsonOrNull("fills", write => Fills(write.Trade));
}
