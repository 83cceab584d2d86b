using Nexus.Chats;
using Nexus.Trades;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The SQL that reads trades.</summary>
internal static class PostgresTradeReads
{
    private const string Columns = """
        SELECT id, chat_id, symbol, side, strategy, exchange, entry_price, exit_price, quantity, leverage, entry_timestamp, exit_timestamp,
            pnl, pnl_pct, fees, slippage, status, exit_reason, metadata, version, updated_at
        FROM trades
        """;

    private const string FindById = $"{Columns} WHERE id = $2 ORDER BY entry_timestamp DESC, chat_id LIMIT $1";
    private const string FindByIdAndChat = $"{Columns} WHERE id = $2 AND chat_id = $3 ORDER BY entry_timestamp DESC LIMIT $1";
    private const string FindByIdAndTime = $"{Columns} WHERE id = $2 AND entry_timestamp = $3 ORDER BY chat_id LIMIT $1";
    private const string FindByKey = $"{Columns} WHERE id = $2 AND chat_id = $3 AND entry_timestamp = $4 LIMIT $1";

    private const string GetSome = $"{Columns} WHERE id = ANY ($1::uuid[])";
    private const string GetChanged = $"{Columns} WHERE updated_at >= $1 AND ctid >= $2::tid AND ctid < $3::tid";

    private const string GetLargest = """
        SELECT coalesce(max(pg_catalog.pg_relation_size(i.inhrelid)) / pg_catalog.current_setting('block_size')::bigint, 0) + 1
        FROM pg_catalog.pg_inherits i WHERE i.inhparent = 'trades'::pg_catalog.regclass
        """;

    private const string Between = " WHERE entry_timestamp >= $2 AND entry_timestamp < $3";
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

    /// <summary>Blocks of the largest partition.</summary>
    public static Query<long> LargestPartition() => new(GetLargest, row => row.GetInt64(0));

    /// <summary>
    /// Trades that were opened or changed at or after an instant, among those in some blocks of each partition. No index serves the time: that would
    /// cost each update more than it saves here.
    /// </summary>
    public static Query<TradeRow> ChangedSince(DateTimeOffset since, long fromBlock, long toBlock) =>
        new Query<TradeRow>(GetChanged, Read).Bound(since).Text($"({fromBlock},0)").Text($"({toBlock},0)");

    /// <summary>Limit and bounds are always there, so that only the conditions below tell the texts apart.</summary>
    public static Query<TradeRow> List(TradeQuery query)
    {
        var conditions = new List<(string Sql, Action<Query<TradeRow>> Bind)>(4);
        if (query.ChatId is { } chatId) conditions.Add(("chat_id = ", list => list.Text(chatId)));
        if (query.Status is { } status) conditions.Add(("status = ", list => list.Text(TradeNames.ToText(status))));
        if (query.Symbol is { } symbol) conditions.Add(("symbol = ", list => list.Text(symbol)));

        if (query.Strategy is { } strategy) conditions.Add(("strategy = ", list => list.Text(strategy)));
        if (query.Exchange is { } exchange) conditions.Add(("exchange = ", list => list.Text(exchange)));
        if (query.ExitFrom is { } exitFrom) conditions.Add(("exit_timestamp >= ", list => list.Bound(exitFrom)));
        if (query.ExitTo is { } exitTo) conditions.Add(("exit_timestamp < ", list => list.Bound(exitTo)));

        var where = string.Concat(conditions.Select((condition, n) => $" AND {condition.Sql}${n + 4}"));
        var next = conditions.Count + 4;
        // An index serves the row comparison; chats have the opposite order.
        var after = query.After is null
            ? ""
            : $" AND (entry_timestamp, id) <= (${next}, ${next + 1}) AND NOT (entry_timestamp = ${next} AND id = ${next + 1} AND chat_id <= "
                + $"${next + 2})";
        var list = new Query<TradeRow>(Columns + Between + where + after + InOrder, Read)
            .Limit(query.Limit).Bound(query.From ?? Ever.First).Bound(query.To ?? Ever.Last);
        foreach (var (_, bind) in conditions) bind(list);
        return query.After is { } place ? list.Time(place.EntryTimestamp).Uuid(place.Id).Text(place.ChatId) : list;
    }

    /// <summary>Every trade of one table that was a partition, oldest first.</summary>
    /// <param name="table">With its schema, quoted.</param>
    public static string SelectFrom(string table) =>
        $"{Columns.Replace("FROM trades", $"FROM {table}", StringComparison.Ordinal)} ORDER BY entry_timestamp, id, chat_id";

    /// <summary>A trade of a row with the columns of <see cref="SelectFrom"/>.</summary>
    public static TradeRow Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        ChatId = row.GetString(1),
        Symbol = row.GetString(2),
        Side = TradeNames.ParseSide(row.GetString(3)),
        Strategy = row.GetStringOrNull(4),
        Exchange = row.GetStringOrNull(5),
        EntryPrice = row.GetDecimal(6),
        ExitPrice = row.GetDecimalOrNull(7),
        Quantity = row.GetDecimal(8),
        Leverage = row.GetInt32(9),
        EntryTimestamp = row.GetInstant(10),
        ExitTimestamp = row.GetInstantOrNull(11),
        Pnl = row.GetDecimalOrNull(12),
        PnlPct = row.GetDecimalOrNull(13),
        Fees = row.GetDecimal(14),
        Slippage = row.GetDecimal(15),
        Status = TradeNames.ParseStatus(row.GetString(16)),
        ExitReason = row.GetStringOrNull(17),
        Metadata = row.GetFieldValue<byte[]>(18),
        Version = row.GetInt64(19),
        UpdatedAt = row.GetInstant(20),
    };
}
