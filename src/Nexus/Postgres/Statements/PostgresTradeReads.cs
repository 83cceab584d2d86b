using Nexus.Chats;
using Nexus.Trades;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The SQL that reads trades.</summary>
internal static class PostgresTradeReads
{
    private const string Columns = $"""
        SELECT id, chat_id, symbol, side, strategy, exchange, entry_price, exit_price, quantity, leverage, entry_timestamp, exit_timestamp,
            pnl, pnl_pct, fees, slippage, status, exit_reason, metadata, version, updated_at, {NewestColumns}
        FROM trades
        """;

    private const string NewestColumns = "exact_leverage, fills";

    private const string NewestIfThere =
        "(pg_catalog.to_jsonb(t) ->> 'exact_leverage')::numeric, nullif(pg_catalog.to_jsonb(t) -> 'fills', 'null'::jsonb)";

    private const string FindById = $"{Columns} WHERE id = $2 ORDER BY entry_timestamp DESC, chat_id LIMIT $1";
    private const string FindByIdAndChat = $"{Columns} WHERE id = $2 AND chat_id = $3 ORDER BY entry_timestamp DESC LIMIT $1";
    private const string FindByIdAndTime = $"{Columns} WHERE id = $2 AND entry_timestamp = $3 ORDER BY chat_id LIMIT $1";
    private const string FindByKey = $"{Columns} WHERE id = $2 AND chat_id = $3 AND entry_timestamp = $4 LIMIT $1";

    private const string GetSome = $"{Columns} WHERE id = ANY ($1::uuid[])";

    /// <summary>From the oldest entry on. Trades at one place are all on the page, so that the next one begins behind them.</summary>
    private const string ListInOrder = $"""
        {Columns} WHERE entry_timestamp >= $2 AND (entry_timestamp, id) > ($2, $3) ORDER BY entry_timestamp, id FETCH FIRST ($1) ROWS WITH TIES
        """;

    private const string Between = " WHERE entry_timestamp >= $2 AND entry_timestamp < $3";
    private const string CountBetween = "SELECT count(*) FROM trades WHERE entry_timestamp >= $1 AND entry_timestamp < $2";
    private const string InOrder = " ORDER BY entry_timestamp DESC, id DESC, chat_id LIMIT $1";

    /// <summary>The bounds of a query without bounds: no partition holds an entry outside of them.</summary>
    private static readonly (DateTimeOffset First, DateTimeOffset Last) Ever = (DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    public static Query<TradeRow> Find(Guid id, string? chatId, DateTimeOffset? entryTimestamp)
    {
        var sql = (chatId, entryTimestamp) switch
        {
            (null, null) => FindById,
            (null, _) => FindByIdAndTime,
            (_, null) => FindByIdAndChat,
            _ => FindByKey,
        };
        var query = new Query<TradeRow>(sql, Read).Limit(TradeQuery.MaxNamesakes).Uuid(id);
        if (chatId is not null) query.Text(chatId);
        return entryTimestamp is { } at ? query.Time(at) : query;
    }

    /// <summary>Every trade with one of the ids.</summary>
    public static Query<TradeRow> Get(IReadOnlyCollection<string> ids) => new Query<TradeRow>(GetSome, Read).Texts(ids);

    /// <summary>A page of all trades behind a place, by the order of <see cref="PostgresEntryRanges"/>.</summary>
    public static Query<TradeRow> InOrderOfEntry(string after, int limit) =>
        PostgresEntryRanges.BindStart(new Query<TradeRow>(ListInOrder, Read).Limit(limit), after).PlannedForValues();

    /// <summary>Limit and bounds are always there, so that only the conditions below tell the texts apart.</summary>
    public static Query<TradeRow> List(TradeQuery query)
    {
        var conditions = ConditionsOf<TradeRow>(query);
        var next = conditions.Count + 4;
        // An index serves the row comparison; chats have the opposite order.
        var after = query.After is null
            ? ""
            : $" AND (entry_timestamp, id) <= (${next}, ${next + 1}) AND NOT (entry_timestamp = ${next} AND id = ${next + 1} AND chat_id <= "
                + $"${next + 2})";
        var list = new Query<TradeRow>(Columns + Between + Where(query, conditions, first: 4) + after + InOrder, Read)
            .Limit(query.Limit).Bound(query.From ?? Ever.First).Bound(query.To ?? Ever.Last);
        foreach (var (_, bind) in conditions) bind(list);
        return query.After is { } place ? list.Time(place.EntryTimestamp).Uuid(place.Id).Text(place.ChatId) : list;
    }

    /// <summary>How many trades the conditions of a query meet.</summary>
    public static Query<long> Count(TradeQuery query)
    {
        var conditions = ConditionsOf<long>(query);
        var count = new Query<long>(CountBetween + Where(query, conditions, first: 3), static row => row.GetInt64(0))
            .Bound(query.From ?? Ever.First).Bound(query.To ?? Ever.Last);
        foreach (var (_, bind) in conditions) bind(count);
        return count;
    }

    private static List<(string Sql, Action<Query<T>> Bind)> ConditionsOf<T>(TradeQuery query)
    {
        var conditions = new List<(string Sql, Action<Query<T>> Bind)>(4);
        if (query.ChatId is { } chatId) conditions.Add(("chat_id = ", list => list.Text(chatId)));
        if (query.Status is { } status) conditions.Add(("status = ", list => list.Text(TradeNames.ToText(status))));
        if (query.Symbol is { } symbol) conditions.Add(("symbol = ", list => list.Text(symbol)));
        if (query.Strategy is { } strategy) conditions.Add(("strategy = ", list => list.Text(strategy)));
        if (query.Exchange is { } exchange) conditions.Add(("exchange = ", list => list.Text(exchange)));
        if (query.ExitFrom is { } exitFrom) conditions.Add(("exit_timestamp >= ", list => list.Bound(exitFrom)));
        if (query.ExitTo is { } exitTo) conditions.Add(("exit_timestamp < ", list => list.Bound(exitTo)));
        return conditions;
    }

    private static string Where<T>(TradeQuery query, List<(string Sql, Action<Query<T>> Bind)> conditions, int first) =>
        string.Concat(conditions.Select((condition, n) => $" AND {condition.Sql}${n + first}"))
            + (query.WithMetadata ? " AND metadata <> '{}'" : "");

    /// <summary>
    /// Every trade of one table that was a partition, oldest first. It may have been detached before the newest columns were added.
    /// </summary>
    /// <param name="table">With its schema, quoted.</param>
    public static string SelectFrom(string table) =>
        $"{Columns.Replace("FROM trades", $"FROM {table} AS t", StringComparison.Ordinal).Replace(NewestColumns, NewestIfThere,
            StringComparison.Ordinal)} ORDER BY entry_timestamp, id, chat_id";

    /// <summary>A trade of a row with the columns of <see cref="SelectFrom"/>.</summary>
    public static TradeRow Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        ChatId = row.GetString(1),
        Symbol = row.GetString(2),
        Side = TradeNames.ParseSide(row.GetString(3)),
        Strategy = row.GetStringOrNull(4),
        Exchange = row.GetStringOrNull(5),
        EntryPrice = row.GetAmount(6),
        ExitPrice = row.GetAmountOrNull(7),
        Quantity = row.GetAmount(8),
        Leverage = row.GetDecimalOrNull(21) ?? row.GetInt32(9),
        EntryTimestamp = row.GetInstant(10),
        ExitTimestamp = row.GetInstantOrNull(11),
        Pnl = row.GetAmountOrNull(12),
        PnlPct = row.GetDecimalOrNull(13),
        Fees = row.GetAmount(14),
        Slippage = row.GetAmount(15),
        Status = TradeNames.ParseStatus(row.GetString(16)),
        ExitReason = row.GetStringOrNull(17),
        Metadata = row.GetFieldValue<byte[]>(18),
        Version = row.GetInt64(19),
        UpdatedAt = row.GetInstant(20),
        Fills = row.IsDBNull(22) ? [] : FillJson.Read(row.GetFieldValue<byte[]>(22)),
    };
}
