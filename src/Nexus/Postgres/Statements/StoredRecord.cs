using Nexus.Engine;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>A stored record, to determine why a write did not change it, or whether it did if the response was lost.</summary>
/// <param name="Key">As <see cref="WriteKey.Id"/>.</param>
/// <param name="ChatId">Trades only, whose key is not the whole identity.</param>
/// <param name="EntryTimestamp">Trades only.</param>
/// <param name="IsOpen">Trades only.</param>
internal sealed record StoredRecord(
    string Key, long Version, DateTimeOffset At, Guid? WriteId, string? ChatId = null, DateTimeOffset EntryTimestamp = default, bool IsOpen = false)
{
    private const int ColumnsOfTrades = 7;

    public static Query<StoredRecord> Query(RecordTable table, string[] keys) =>
        new Query<StoredRecord>(PostgresTables.Of(table).LookUp, Read).Texts(keys);

    /// <summary>The record that a write means, among those that have its key. A close that means several trades finds one that is not open.</summary>
    public static StoredRecord? MeantBy(Write write, IEnumerable<StoredRecord> namesakes)
    {
        var table = PostgresTables.Of(write.Table);
        var meant = namesakes.Where(record => table.IsMeant(record, write)).ToList();
        if (meant.Count < 2 || Statements.For(write).StatementKind is not (StatementKind.Closes or StatementKind.Adds)) return meant.FirstOrDefault();
        if (meant.Find(record => record.WriteId == write.WriteId) is { } done) return done;
        return meant.FindAll(record => record.IsOpen) is [var open] ? open : meant[0] with { IsOpen = false };
    }

    private static StoredRecord Read(NpgsqlDataReader row)
    {
        var record = new StoredRecord(row.GetString(0), row.GetInt64(1), row.GetInstant(2), row.IsDBNull(3) ? null : row.GetGuid(3));
        return row.FieldCount < ColumnsOfTrades
            ? record
            : record with { ChatId = row.GetString(4), EntryTimestamp = row.GetInstant(5), IsOpen = row.GetBoolean(6) };
    }
}
