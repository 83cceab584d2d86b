using System.Text.Json;
using Microsoft.Data.Sqlite;
using Nexus.Engine;
using Nexus.Json;
using Nexus.SystemConfig;

namespace Nexus.Sqlite;

/// <summary>Configuration of the whole bot: a JSON value by key.</summary>
internal static class SqliteSystemConfig
{
    public static readonly DocumentTable Table = new(SystemConfigRow.Table)
    {
        ReadRow = static (connection, key, _) => Get(connection, key),
    };

    public static WriteOutcome Set(SqliteWriteTransaction transaction, SetSystemConfig write)
    {
        var stored = Table.Find(transaction, write);
        return DocumentTable.Judge(write, stored, write.ExpectedVersion)
            ?? Table.Put(transaction, write, stored, ToUtf8(write.Value, write.UpdatedBy));
    }

    public static WriteOutcome Remove(SqliteWriteTransaction transaction, RemoveSystemConfig write)
    {
        var stored = Table.Find(transaction, write);
        return DocumentTable.Judge(write, stored, write.ExpectedVersion) ?? Table.Delete(transaction, stored!);
    }

    public static WriteOutcome Reseal(SqliteWriteTransaction transaction, ResealSystemConfig write) => Table.Reseal(
        transaction, Table.Find(transaction, write), write.SeenVersion, stored => ToUtf8(write.Value, UpdatedBy(stored.Document)));

    public static SystemConfigRow? Get(SqliteSession connection, string key)
    {
        using var reader = connection.Query("SELECT doc, key, version, updated_at FROM system_config WHERE key = ?1", key);
        return reader.Read() ? Map(reader, reader.GetFieldValue<byte[]>(0)) : null;
    }

    public static SqliteDataReader List(SqliteSession connection, string after) =>
        connection.Query("SELECT doc, key, version, updated_at FROM system_config WHERE key > ?1 ORDER BY key", after);

    public static SystemConfigRow Map(SqliteDataReader reader, byte[] document)
    {
        using var json = SqliteJson.Parse(document);
        return new SystemConfigRow(
            reader.GetString(1), json.RootElement.ReadJson("value"u8), json.RootElement.ReadText("updated_by"u8),
            reader.GetInt64(2), SqliteTime.FromMicroseconds(reader.GetInt64(3)));
    }

    private static string? UpdatedBy(byte[] document)
    {
        using var json = SqliteJson.Parse(document);
        return json.RootElement.ReadText("updated_by"u8);
    }

    private static byte[] ToUtf8(ReadOnlyMemory<byte> value, string? updatedBy) =>
        SqliteJson.Write((value, updatedBy), static (json, entry) =>
        {
            json.WriteText("updated_by"u8, entry.updatedBy);
            json.WriteJson("value"u8, entry.value);
        });
}
