using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Sqlite;

/// <summary>Records of another store put here as they stand there: with its versions and times.</summary>
internal static class SqliteReplica
{
    /// <summary>Version and last write of the record that a write means; version 0 where there is none, null where several trades may be meant.</summary>
    public static (long Version, Guid WriteId)? Find(SqliteSession connection, Write write)
    {
        using var reader = write switch
        {
            OpenTrade open => SqliteTradeReads.ById(connection, "version, write_id", open.Trade.Id, open.Trade.ChatId, open.Trade.EntryTimestamp),
            CloseTrade close => SqliteTradeReads.ById(connection, "version, write_id", close.Id, close.ChatId, close.EntryTimestamp),
            _ => connection.Query(FindSql(write.Key.Table), write.Key.Id),
        };
        if (!reader.Read()) return (0, default);
        var found = (reader.GetInt64(0), new Guid(reader.GetFieldValue<byte[]>(1), bigEndian: true));
        return reader.Read() ? null : found;
    }

    /// <summary>The keys that a query over a range of them returns.</summary>
    public static HashSet<string> Keys(SqliteSession connection, string range, string after, string through)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        using var reader = connection.Query(range, after, through);
        while (reader.Read()) keys.Add(reader.GetString(0));
        return keys;
    }

    public static void Put(SqliteWriteTransaction transaction, SessionRow row) => Put(
        transaction,
        new DeleteSession(row.ChatId, null),
        new SaveSession(row.ChatId, SealedField.Set(row.ApiKey), SealedField.Set(row.ApiSecret), row.Config, null),
        row.Version,
        row.UpdatedAt);

    public static void Put(SqliteWriteTransaction transaction, UserRow row) => Put(
        transaction,
        new RemoveUser(row.ChatId, null),
        new SaveUser(
            row.ChatId, row.Name, row.Role, row.ExpiresAt is { } end ? new Expiry(ExpiryKind.At, end) : new Expiry(ExpiryKind.Never), row.TimeZone, row.TelegramId, row.Groups,
            null, row.CreatedAt),
        row.Version,
        row.ReadAt);

    public static void Put(SqliteWriteTransaction transaction, BotStateRow row)
    {
        transaction.Connection.Execute("DELETE FROM bot_state");
        if (row.Version == 0) return;
        Put(
            transaction,
            null,
            new ChangeBotState(row.Strategies, row.Groups, AssetChange.Replace(row.DisabledAssets), row.AiFilter, Replace: true),
            row.Version,
            row.LastUpdated);
    }

    public static void Put(SqliteWriteTransaction transaction, SystemConfigRow row) => Put(
        transaction, new RemoveSystemConfig(row.Key, null), new SetSystemConfig(row.Key, row.Value, row.UpdatedBy, null), row.Version, row.UpdatedAt);

    public static void Put(SqliteWriteTransaction transaction, TradeRow row)
    {
        transaction.Connection.Execute(
            "DELETE FROM trades WHERE chat_id = ?1 AND entry_at = ?2 AND id = ?3",
            row.ChatId, SqliteTime.ToMicroseconds(row.EntryTimestamp), row.Id.ToByteArray(bigEndian: true));
        Put(transaction, null, new OpenTrade(row, WasAccepted: true), row.UpdatedAt);
        // Other chats may have a trade with this id, whose versions are their own.
        transaction.Connection.Execute(
            "UPDATE trades SET version = ?4 WHERE chat_id = ?1 AND entry_at = ?2 AND id = ?3",
            row.ChatId, SqliteTime.ToMicroseconds(row.EntryTimestamp), row.Id.ToByteArray(bigEndian: true), row.Version);
    }

    public static void Remove(SqliteWriteTransaction transaction, WriteKey key)
    {
        switch (key.Table)
        {
            case StateTable.Sessions:
                SqliteBatch.ApplyChecked(transaction, new DeleteSession(key.Id, null));
                break;
            case StateTable.Users:
                SqliteBatch.ApplyChecked(transaction, new RemoveUser(key.Id, null));
                break;
            case StateTable.SystemConfig:
                SqliteBatch.ApplyChecked(transaction, new RemoveSystemConfig(key.Id, null));
                break;
            case StateTable.BotState:
                transaction.Connection.Execute("DELETE FROM bot_state");
                break;
            case StateTable.Trades:
                transaction.Connection.Execute("DELETE FROM trades WHERE id = ?1", Guid.Parse(key.Id).ToByteArray(bigEndian: true));
                break;
        }
    }

    /// <summary>Of a record that its key names alone, which is no trade.</summary>
    public static void SetVersion(SqliteWriteTransaction transaction, WriteKey key, long version) => transaction.Connection.Execute(SetVersionSql(key.Table), key.Id, version);

    private static void Put(SqliteWriteTransaction transaction, Write? removal, Write write, long version, DateTimeOffset at)
    {
        Put(transaction, removal, write, at);
        SetVersion(transaction, write.Key, version);
    }

    private static void Put(SqliteWriteTransaction transaction, Write? removal, Write write, DateTimeOffset at)
    {
        transaction.Now = SqliteTime.Truncate(at);
        if (removal is not null) SqliteBatch.ApplyChecked(transaction, removal);
        // Which write made the other store's version is not known here.
        if (SqliteBatch.ApplyChecked(transaction, write with { WriteId = Guid.Empty }) is { Status: WriteStatus.Failed } failed) throw failed.Error!;
    }

    private static string FindSql(StateTable table) => table switch
    {
        StateTable.Sessions => "SELECT version, write_id FROM sessions WHERE chat_id = ?1",
        StateTable.Users => "SELECT version, write_id FROM users WHERE chat_id = ?1",
        StateTable.BotState => "SELECT version, write_id FROM bot_state WHERE id = ?1",
        StateTable.SystemConfig => "SELECT version, write_id FROM system_config WHERE key = ?1",
        _ => throw new ArgumentOutOfRangeException(nameof(table)),
    };

    private static string SetVersionSql(StateTable table) => table switch
    {
        StateTable.Sessions => "UPDATE sessions SET version = ?2 WHERE chat_id = ?1",
        StateTable.Users => "UPDATE users SET version = ?2 WHERE chat_id = ?1",
        StateTable.BotState => "UPDATE bot_state SET version = ?2 WHERE id = ?1",
        StateTable.SystemConfig => "UPDATE system_config SET version = ?2 WHERE key = ?1",
        _ => throw new ArgumentOutOfRangeException(nameof(table)),
    };
}
