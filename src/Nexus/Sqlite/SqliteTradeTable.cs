using Nexus.Engine;
using Nexus.Trades;

namespace Nexus.Sqlite;

/// <summary>Trades, whose key is not the whole identity: several chats may have a trade with one id, each with its own versions.</summary>
internal sealed class SqliteTradeTable() : SqliteTable(TradeRow.Table)
{
    public static SqliteTradeTable Instance { get; } = new();

    public override (long Version, Guid WriteId)? Find(SqliteSession connection, Write write)
    {
        var (id, chatId, entryTimestamp) = ((ITradeWrite)write).Meant;
        using var reader = SqliteTradeReads.ById(connection, "version, write_id", id, chatId, entryTimestamp);
        if (!reader.Read()) return (0, default);
        var found = (reader.GetInt64(0), new Guid(reader.GetFieldValue<byte[]>(1), bigEndian: true));
        return reader.Read() ? null : found;
    }

    public override void Remove(SqliteWriteTransaction transaction, string id) =>
        transaction.Connection.Execute("DELETE FROM trades WHERE id = ?1", Guid.Parse(id).ToByteArray(bigEndian: true));

    public override void SetVersion(SqliteWriteTransaction transaction, string id, long version) =>
        throw new NotSupportedException("an id may name several trades, each with its own versions");

    protected override void RemoveRow(SqliteWriteTransaction transaction, IStateRow row)
    {
        var (chatId, entryAt, id) = IdentityOf((TradeRow)row);
        transaction.Connection.Execute("DELETE FROM trades WHERE chat_id = ?1 AND entry_at = ?2 AND id = ?3", chatId, entryAt, id);
    }

    protected override void SetRowVersion(SqliteWriteTransaction transaction, IStateRow row)
    {
        var (chatId, entryAt, id) = IdentityOf((TradeRow)row);
        transaction.Connection.Execute("UPDATE trades SET version = ?4 WHERE chat_id = ?1 AND entry_at = ?2 AND id = ?3", chatId, entryAt, id,
            row.Version);
    }

    private static (string ChatId, long EntryAt, byte[] Id) IdentityOf(TradeRow trade) =>
        (trade.ChatId, SqliteTime.ToMicroseconds(trade.EntryTimestamp), trade.Id.ToByteArray(bigEndian: true));
}
