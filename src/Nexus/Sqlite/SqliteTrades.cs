using Microsoft.Data.Sqlite;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Json;
using Nexus.Trades;

namespace Nexus.Sqlite;

/// <summary>Changes of trades.</summary>
internal static class SqliteTrades
{
    private const string Columns = $"{SqliteTradeDocument.Columns}, rowid, write_id";

    public static WriteOutcome Open(SqliteWriteTransaction transaction, OpenTrade write)
    {
        var trade = write.Trade;
        var (id, entryAt) = (trade.Id.ToByteArray(bigEndian: true), SqliteTime.ToMicroseconds(trade.EntryTimestamp));
        using (var reader = transaction.Connection.Query(
            "SELECT version, updated_at FROM trades WHERE chat_id = ?1 AND entry_at = ?2 AND id = ?3", trade.ChatId, entryAt, id))
        {
            if (reader.Read())
                return new WriteOutcome(WriteStatus.AlreadyApplied, reader.GetInt64(0), SqliteTime.FromMicroseconds(reader.GetInt64(1)));
        }
        if (trade.Status == TradeStatus.Open && !write.WasAccepted && SqliteUsers.IsExpired(transaction.Connection, trade.ChatId, transaction.Now))
            return WriteOutcome.InvalidState;
        transaction.Connection.Execute(
            """
            INSERT INTO trades (chat_id, entry_at, id, status, symbol, exit_at, pnl, fees, version, write_id, updated_at, doc)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10, CAST(?11 AS TEXT))
            """,
            trade.ChatId, entryAt, id, TradeNames.ToText(trade.Status), trade.Symbol, Microseconds(trade.ExitTimestamp), Text(trade.Pnl),
            Text(trade.Fees),
            write.WriteId.ToByteArray(bigEndian: true), SqliteTime.ToMicroseconds(transaction.Now), SqliteTradeDocument.ToUtf8(trade));
        return WriteOutcome.Applied(1, transaction.Now);
    }

    public static WriteOutcome Close(SqliteWriteTransaction transaction, CloseTrade write)
    {
        var found = ReadAll(SqliteTradeReads.ById(transaction.Connection, Columns, write.Id, write.ChatId, write.EntryTimestamp));
        if (found.Count == 0) return WriteOutcome.NotFound;
        if (found.Find(one => one.WriteId == write.WriteId) is (not 0, _, var done))
            return new WriteOutcome(WriteStatus.AlreadyApplied, done.Version, done.UpdatedAt);
        if (found.FindAll(one => one.Trade.Status == TradeStatus.Open) is not [var (rowId, _, trade)]) return WriteOutcome.InvalidState;
        return Update(transaction, write, rowId, trade, SqliteTradeClosing.Close(trade, write, transaction.Now));
    }

    public static WriteOutcome AddFills(SqliteWriteTransaction transaction, AddFills write)
    {
        var found = ReadAll(SqliteTradeReads.ById(transaction.Connection, Columns, write.Id, write.ChatId, write.EntryTimestamp));
        if (found.Count == 0) return WriteOutcome.NotFound;
        if (found.Find(one => one.WriteId == write.WriteId) is (not 0, _, var done))
            return new WriteOutcome(WriteStatus.AlreadyApplied, done.Version, done.UpdatedAt);
        if (OneMeant(found) is not var (rowId, _, trade)) return WriteOutcome.InvalidState;
        var (filled, _) = TradeFilling.Add(trade, write.Fills, write.SettledAt ?? transaction.Now);
        if (filled is null) return WriteOutcome.InvalidState;
        return ReferenceEquals(filled, trade)
            ? new WriteOutcome(WriteStatus.AlreadyApplied, trade.Version, trade.UpdatedAt)
            : Update(transaction, write, rowId, trade, filled);
    }

    private static WriteOutcome Update(SqliteWriteTransaction transaction, Write write, long rowId, TradeRow trade, TradeRow changed)
    {
        transaction.Connection.Execute(
            """
            UPDATE trades SET status = ?2, exit_at = ?3, pnl = ?4, fees = ?5, version = ?6, write_id = ?7, updated_at = ?8, doc = CAST(?9 AS TEXT)
            WHERE rowid = ?1
            """,
            rowId, TradeNames.ToText(changed.Status), Microseconds(changed.ExitTimestamp), Text(changed.Pnl), Text(changed.Fees), trade.Version + 1,
            write.WriteId.ToByteArray(bigEndian: true), SqliteTime.ToMicroseconds(transaction.Now), SqliteTradeDocument.ToUtf8(changed));
        return WriteOutcome.Applied(trade.Version + 1, transaction.Now);
    }

    public static WriteOutcome Reseal(SqliteWriteTransaction transaction, ResealTrade write)
    {
        var found = ReadAll(SqliteTradeReads.ById(transaction.Connection, Columns, write.Id, write.ChatId, write.EntryTimestamp));
        if (found is not [var (rowId, _, trade)] || trade.Version != write.SeenVersion)
            return WriteOutcome.Conflict(found.Count == 0 ? 0 : found[0].Trade.Version);
        transaction.Connection.Execute(
            "UPDATE trades SET doc = CAST(?2 AS TEXT) WHERE rowid = ?1",
            rowId, SqliteTradeDocument.ToUtf8(trade with { Metadata = write.Metadata, ExitReason = write.ExitReason ?? trade.ExitReason }));
        return WriteOutcome.Applied(trade.Version, trade.UpdatedAt);
    }

    public static WriteOutcome Disown(SqliteWriteTransaction transaction, DisownTrade write)
    {
        var found = ReadAll(SqliteTradeReads.ById(transaction.Connection, Columns, write.Id, write.ChatId, write.EntryTimestamp));
        if (found is not [var (rowId, _, trade)]) return WriteOutcome.NotFound;
        // The replica applies its own writes also after it has copied their result.
        if (ReadAll(SqliteTradeReads.ById(transaction.Connection, Columns, write.Id, write.Pseudonym, write.EntryTimestamp)) is [var (_, _, copied)])
        {
            transaction.Connection.Execute("DELETE FROM trades WHERE rowid = ?1", rowId);
            return WriteOutcome.Applied(copied.Version, copied.UpdatedAt);
        }
        var disowned = trade with
        {
            ChatId = write.Pseudonym,
            Metadata = "{}"u8.ToArray(),
            ExitReason = null,
            Fills = [.. trade.Fills.Select((fill, n) => fill with { OrderId = ValueText.Of(n + 1) })],
        };
        transaction.Connection.Execute(
            "UPDATE trades SET chat_id = ?2, version = ?3, write_id = ?4, updated_at = ?5, doc = CAST(?6 AS TEXT) WHERE rowid = ?1",
            rowId, write.Pseudonym, trade.Version + 1, write.WriteId.ToByteArray(bigEndian: true), SqliteTime.ToMicroseconds(transaction.Now),
            SqliteTradeDocument.ToUtf8(disowned));
        return WriteOutcome.Applied(trade.Version + 1, transaction.Now);
    }

    /// <summary>The same close with the whole key of the one open trade that it means; as it is where that cannot be told.</summary>
    public static CloseTrade Settle(SqliteSession connection, CloseTrade write)
    {
        if (write is { ChatId: not null, EntryTimestamp: not null }) return write;
        return ReadAll(SqliteTradeReads.ById(connection, Columns, write.Id, write.ChatId, write.EntryTimestamp))
            .FindAll(one => one.Trade.Status == TradeStatus.Open) is [var (_, _, trade)]
            ? write with { ChatId = trade.ChatId, EntryTimestamp = trade.EntryTimestamp }
            : write;
    }

    /// <summary>As for a close. A fill without a time that the trade has already gets the stored one, so that its replay finds it equal.</summary>
    public static AddFills Settle(SqliteSession connection, AddFills write)
    {
        if (OneMeant(ReadAll(SqliteTradeReads.ById(connection, Columns, write.Id, write.ChatId, write.EntryTimestamp))) is not var (_, _, trade))
            return write;
        var fills = write.Fills.Select(given => given.Timestamp is not null
            ? given
            : given with { Timestamp = TradeFilling.Find(trade.Fills, given, trade.Exchange)?.Timestamp });
        return write with { ChatId = trade.ChatId, EntryTimestamp = trade.EntryTimestamp, Fills = [.. fills] };
    }

    /// <summary>The one open trade, or the only one, so that a repeat of what closed it finds it.</summary>
    private static (long RowId, Guid WriteId, TradeRow Trade)? OneMeant(List<(long RowId, Guid WriteId, TradeRow Trade)> found) =>
        found.FindAll(one => one.Trade.Status == TradeStatus.Open) switch
        {
            [var open] => open,
            [] when found is [var only] => only,
            _ => null,
        };

    private static List<(long RowId, Guid WriteId, TradeRow Trade)> ReadAll(SqliteDataReader reader)
    {
        using (reader)
        {
            var rows = new List<(long, Guid, TradeRow)>();
            while (reader.Read())
                rows.Add((reader.GetInt64(11), new Guid(reader.GetFieldValue<byte[]>(12), bigEndian: true),
                    SqliteTradeDocument.Map(reader, reader.GetFieldValue<byte[]>(0))));
            return rows;
        }
    }

    private static string? Text(decimal? value) => value is { } number ? ValueText.Of(number) : null;

    private static long? Microseconds(DateTimeOffset? at) => at is { } instant ? SqliteTime.ToMicroseconds(instant) : null;
}
