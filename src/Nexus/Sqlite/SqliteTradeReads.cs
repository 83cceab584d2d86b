using System.Text;
using Microsoft.Data.Sqlite;
using Nexus.Chats;
using Nexus.Trades;

namespace Nexus.Sqlite;

/// <summary>Finding and listing trades.</summary>
internal static class SqliteTradeReads
{
    public static IReadOnlyList<TradeRow> Find(SqliteSession connection, Guid id, string? chatId, DateTimeOffset? entryTimestamp)
    {
        using var reader = ById(connection, SqliteTradeDocument.Columns, id, chatId, entryTimestamp);
        var rows = new List<TradeRow>();
        while (reader.Read()) rows.Add(SqliteTradeDocument.Map(reader, reader.GetFieldValue<byte[]>(0)));
        return rows;
    }

    /// <summary>The trades that have an id, newest entry first.</summary>
    public static SqliteDataReader ById(SqliteSession connection, string columns, Guid id, string? chatId, DateTimeOffset? entryTimestamp)
    {
        var sql = new StringBuilder($"SELECT {columns} FROM trades WHERE id = ?1");
        List<object?> values = [id.ToByteArray(bigEndian: true)];
        if (chatId is not null)
        {
            values.Add(chatId);
            sql.Append($" AND chat_id = ?{values.Count}");
        }
        if (entryTimestamp is { } at)
        {
            values.Add(SqliteTime.ToMicroseconds(at));
            sql.Append($" AND entry_at = ?{values.Count}");
        }
        sql.Append($" ORDER BY entry_at DESC, chat_id LIMIT {TradeQuery.MaxNamesakes}");
        return connection.Query(sql.ToString(), [.. values]);
    }

    /// <summary>
    /// Trades behind <paramref name="last"/>, newest first. Every combination of conditions finds an index that has this order, so that a page
    /// costs what it returns.
    /// </summary>
    public static SqliteDataReader List(SqliteSession connection, TradeQuery query, TradeRow? last)
    {
        var (sql, values) = (new StringBuilder($"SELECT {SqliteTradeDocument.Columns} FROM trades"), new List<object?>());
        Restrict(sql, values, query);
        if ((last is not null ? new TradeCursor(last.EntryTimestamp, last.Id, last.ChatId) : query.After) is { } after)
        {
            var (at, id) = (Next(SqliteTime.ToMicroseconds(after.EntryTimestamp)), Next(after.Id.ToByteArray(bigEndian: true)));
            sql.Append($" AND (entry_at, id) <= ({at}, {id}) AND NOT (entry_at = {at} AND id = {id} AND chat_id <= {Next(after.ChatId)})");
        }
        sql.Append(" ORDER BY entry_at DESC, id DESC, chat_id");
        return connection.Query(sql.ToString(), [.. values]);

        string Next(object value) => Parameter(values, value);
    }

    /// <summary>How many trades the conditions of a query meet.</summary>
    public static long Count(SqliteSession connection, TradeQuery query)
    {
        var (sql, values) = (new StringBuilder("SELECT count(*) FROM trades"), new List<object?>());
        Restrict(sql, values, query);
        using var reader = connection.Query(sql.ToString(), [.. values]);
        reader.Read();
        return reader.GetInt64(0);
    }

    private static void Restrict(StringBuilder sql, List<object?> values, TradeQuery query)
    {
        sql.Append(" WHERE 1");
        if (query.ChatId is { } chatId) sql.Append($" AND chat_id = {Next(chatId)}");
        // A literal, because a partial index is only used where the SQL itself proves its condition.
        if (query.Status is { } status) sql.Append($" AND status = '{TradeNames.ToText(status)}'");
        if (query.Symbol is { } symbol) sql.Append($" AND symbol = {Next(symbol)}");
        if (query.Strategy is { } strategy) sql.Append($" AND doc ->> '$.strategy' = {Next(strategy)}");
        if (query.Exchange is { } exchange) sql.Append($" AND doc ->> '$.exchange' = {Next(exchange)}");
        if (query.ExitFrom is { } exitFrom) sql.Append($" AND exit_at >= {Next(Ceiling(exitFrom))}");
        if (query.ExitTo is { } exitTo) sql.Append($" AND exit_at < {Next(Ceiling(exitTo))}");
        if (query.From is { } from) sql.Append($" AND entry_at >= {Next(Ceiling(from))}");
        if (query.To is { } to) sql.Append($" AND entry_at < {Next(Ceiling(to))}");
        if (query.WithMetadata) sql.Append(" AND doc -> '$.metadata' <> '{}'");

        string Next(object value) => Parameter(values, value);
    }

    private static string Parameter(List<object?> values, object value)
    {
        values.Add(value);
        return $"?{values.Count}";
    }

    // Stored instants are whole microseconds, so a bound between two of them is the same as the later one.
    public static long Ceiling(DateTimeOffset at) => SqliteTime.ToMicroseconds(at) + (at.UtcTicks % TimeSpan.TicksPerMicrosecond == 0 ? 0 : 1);
}
