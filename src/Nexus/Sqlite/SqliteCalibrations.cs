using Microsoft.Data.Sqlite;
using Nexus.Calibrations;
using Nexus.Engine;

namespace Nexus.Sqlite;

/// <summary>How strategies are tuned.</summary>
internal static class SqliteCalibrations
{
    public static readonly DocumentTable Table = new(CalibrationRow.Table);

    private const string Columns = "SELECT doc, id, version, updated_at FROM calibrations";

    public static WriteOutcome Save(SqliteWriteTransaction transaction, SaveCalibration write)
    {
        var stored = Table.Find(transaction, write);
        return DocumentTable.Judge(write, stored, write.ExpectedVersion)
            ?? Table.Put(transaction, write, stored, SqliteJson.Write(write.Values, CalibrationJson.Write));
    }

    public static WriteOutcome Remove(SqliteWriteTransaction transaction, RemoveCalibration write)
    {
        var stored = Table.Find(transaction, write);
        return DocumentTable.Judge(write, stored, write.ExpectedVersion) ?? Table.Delete(transaction, stored!);
    }

    public static IReadOnlyList<CalibrationRow> Get(SqliteSession connection, IReadOnlyCollection<string> ids)
    {
        using var reader = connection.Query($"{Columns} WHERE id IN (SELECT value FROM json_each(?1))", SqliteJson.Array(ids));
        List<CalibrationRow> rows = [];
        while (reader.Read()) rows.Add(Map(reader, reader.GetFieldValue<byte[]>(0)));
        return rows;
    }

    public static SqliteDataReader List(SqliteSession connection, string? chatId, string? after) => chatId is null
        ? connection.Query($"{Columns} WHERE id > ?1 ORDER BY id", after ?? "")
        : connection.Query(
            $"{Columns} WHERE id > ?1 AND id < ?2 ORDER BY id", after ?? CalibrationKey.PrefixOf(chatId), CalibrationKey.EndOf(chatId));

    public static CalibrationRow Map(SqliteDataReader reader, byte[] document)
    {
        using var json = SqliteJson.Parse(document);
        return new CalibrationRow(
            reader.GetString(1), CalibrationJson.Read(json.RootElement), reader.GetInt64(2), SqliteTime.FromMicroseconds(reader.GetInt64(3)));
    }
}
