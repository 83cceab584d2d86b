using Nexus.Engine;
using Nexus.Stores;
using Nexus.Trades;

namespace Nexus.Sqlite;

/// <summary>Trades, whose key is not the whole identity: several chats may have a trade with one id, each with its own versions.</summary>
internal sealed class SqliteTradeTable() : SqliteTable(TradeRow.Table)
{
    private const string Range = """
        SELECT entry_at, id, chat_id, version, write_id FROM trades
        WHERE entry_at >= ?1 AND (entry_at, id) > (?1, ?2) AND (entry_at, id) <= (?3, ?4) ORDER BY entry_at, id LIMIT ?5
        """;

    private static readonly byte[] LowestId = new byte[16];
    private static readonly byte[] HighestId = [.. Enumerable.Repeat(byte.MaxValue, 16)];

    public static SqliteTradeTable Instance { get; } = new();

    public override (long Version, Guid WriteId)? Find(SqliteSession connection, Write write)
    {
        var (id, chatId, entryTimestamp) = ((ITradeWrite)write).Meant;
        using var reader = SqliteTradeReads.ById(connection, "version, write_id", id, chatId, entryTimestamp);
        if (!reader.Read()) return (0, default);
        var found = (reader.GetInt64(0), new Guid(reader.GetFieldValue<byte[]>(1), bigEndian: true));
        return reader.Read() ? null : found;
    }

    public override List<RecordStamp> Stamps(SqliteSession connection, string after, string through, int limit)
    {
        var stamps = new List<RecordStamp>();
        var (fromAt, fromId) = PlaceOf(after, (long.MinValue, LowestId));
        var (toAt, toId) = through == RecordStamp.End ? (long.MaxValue, HighestId) : PlaceOf(through, default);
        using var reader = connection.Query(Range, fromAt, fromId, toAt, toId, (long)limit);
        while (reader.Read())
        {
            var id = new Guid(reader.GetFieldValue<byte[]>(1), bigEndian: true);
            stamps.Add(new RecordStamp(
                new TradePlace(SqliteTime.FromMicroseconds(reader.GetInt64(0)), id).ToString(), id.ToString(), MarkOf(id, reader.GetString(2)),
                reader.GetInt64(3), new Guid(reader.GetFieldValue<byte[]>(4), bigEndian: true), IsChanged: false));
        }
        return stamps;
    }

    public override (string Place, string Mark) IdentityOf(IStateRow row) => row is TradeRow trade
        ? (new TradePlace(trade.EntryTimestamp, trade.Id).ToString(), MarkOf(trade.Id, trade.ChatId))
        : base.IdentityOf(row);

    public override RecordPlace PlaceOf(in RecordStamp stamp) => RecordPlace.OfChat(ChatOf(stamp));

    public override void Remove(SqliteWriteTransaction transaction, in RecordStamp stamp)
    {
        var (at, id) = PlaceOf(stamp.Place, default);
        transaction.Connection.Execute("DELETE FROM trades WHERE chat_id = ?1 AND entry_at = ?2 AND id = ?3", ChatOf(stamp), at, id);
    }

    public override void Remove(SqliteWriteTransaction transaction, string id) =>
        transaction.Connection.Execute("DELETE FROM trades WHERE id = ?1", Guid.Parse(id).ToByteArray(bigEndian: true));

    public override void SetVersion(SqliteWriteTransaction transaction, string id, long version) =>
        throw new NotSupportedException("an id may name several trades, each with its own versions");

    protected override void RemoveRow(SqliteWriteTransaction transaction, IStateRow row)
    {
        var (chatId, entryAt, id) = KeyOf((TradeRow)row);
        transaction.Connection.Execute("DELETE FROM trades WHERE chat_id = ?1 AND entry_at = ?2 AND id = ?3", chatId, entryAt, id);
    }

    protected override void SetRowVersion(SqliteWriteTransaction transaction, IStateRow row)
    {
        var (chatId, entryAt, id) = KeyOf((TradeRow)row);
        transaction.Connection.Execute("UPDATE trades SET version = ?4 WHERE chat_id = ?1 AND entry_at = ?2 AND id = ?3", chatId, entryAt, id,
            row.Version);
    }

    private static string MarkOf(Guid id, string chatId) => $"{id:D}:{chatId}";

    private static string ChatOf(in RecordStamp stamp) => stamp.Mark[(stamp.Id.Length + 1)..];

    private static (long At, byte[] Id) PlaceOf(string place, (long At, byte[] Id) ifEmpty)
    {
        if (place.Length == 0) return ifEmpty;
        var (at, id) = TradePlace.Parse(place);
        return (SqliteTime.ToMicroseconds(at), id.ToByteArray(bigEndian: true));
    }

    private static (string ChatId, long EntryAt, byte[] Id) KeyOf(TradeRow trade) =>
        (trade.ChatId, SqliteTime.ToMicroseconds(trade.EntryTimestamp), trade.Id.ToByteArray(bigEndian: true));
}
