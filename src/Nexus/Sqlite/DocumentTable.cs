using Microsoft.Data.Sqlite;
using Nexus.Engine;

namespace Nexus.Sqlite;

/// <summary>The SQL that the tables of documents share.</summary>
/// <param name="table">Whose records the documents are.</param>
/// <param name="removal">The write that removes a record; null where nothing but its row is kept of it.</param>
internal sealed class DocumentTable(RecordTable table, Func<string, Write>? removal = null) : SqliteTable(table)
{
    private readonly string _find = $"SELECT doc, rowid, version, write_id, updated_at FROM {table.Name} WHERE {table.KeyColumn} = ?1";
    private readonly string _insert =
        $"INSERT INTO {table.Name} ({table.KeyColumn}, version, write_id, updated_at, doc) VALUES (?1, 1, ?2, ?3, CAST(?4 AS TEXT))";
    private readonly string _update =
        $"UPDATE {table.Name} SET version = ?2, write_id = ?3, updated_at = ?4, doc = CAST(?5 AS TEXT) WHERE rowid = ?1";
    private readonly string _reseal = $"UPDATE {table.Name} SET doc = CAST(?2 AS TEXT) WHERE rowid = ?1";
    private readonly string _findVersion = $"SELECT version, write_id FROM {table.Name} WHERE {table.KeyColumn} = ?1";
    private readonly string _setVersion = $"UPDATE {table.Name} SET version = ?2 WHERE {table.KeyColumn} = ?1";
    private readonly string _deleteByKey = $"DELETE FROM {table.Name} WHERE {table.KeyColumn} = ?1";
    private readonly string _delete = $"DELETE FROM {table.Name} WHERE rowid = ?1";

    public StoredDocument? Find(SqliteWriteTransaction transaction, Write write)
    {
        using var reader = transaction.Connection.Query(_find, write.RecordId);
        return reader.Read() ? Read(reader) : null;
    }

    public override (long Version, Guid WriteId)? Find(SqliteSession connection, Write write)
    {
        using var reader = connection.Query(_findVersion, write.RecordId);
        return reader.Read() ? (reader.GetInt64(0), new Guid(reader.GetFieldValue<byte[]>(1), bigEndian: true)) : (0, default);
    }

    public override void Remove(SqliteWriteTransaction transaction, string id)
    {
        if (removal is null) transaction.Connection.Execute(_deleteByKey, id);
        else SqliteBatch.ApplyChecked(transaction, removal(id));
    }

    public override void SetVersion(SqliteWriteTransaction transaction, string id, long version) =>
        transaction.Connection.Execute(_setVersion, id, version);

    /// <summary>Reads doc, rowid, version, write_id, updated_at in this order.</summary>
    public static StoredDocument Read(SqliteDataReader reader) => new(
        reader.GetInt64(1),
        reader.GetInt64(2),
        new Guid(reader.GetFieldValue<byte[]>(3), bigEndian: true),
        SqliteTime.FromMicroseconds(reader.GetInt64(4)),
        reader.GetFieldValue<byte[]>(0));

    /// <summary>The outcome that is known before anything is written, or null if the write may continue.</summary>
    /// <param name="expectedVersion">Null: any. 0: there must be no record. Else: exactly this.</param>
    public static WriteOutcome? Judge(Write write, StoredDocument? stored, long? expectedVersion)
    {
        if (stored is not null && stored.WriteId == write.WriteId)
            return new WriteOutcome(WriteStatus.AlreadyApplied, stored.Version, stored.UpdatedAt);
        var version = stored?.Version ?? 0;
        if (expectedVersion is { } expected && expected != version) return WriteOutcome.Conflict(version);
        return stored is null && !write.CreatesRecord ? WriteOutcome.NotFound : null;
    }

    /// <summary>Stores the document as the record's first or next version.</summary>
    public WriteOutcome Put(SqliteWriteTransaction transaction, Write write, StoredDocument? stored, byte[] document)
    {
        var (connection, writeId, at) = (transaction.Connection, write.WriteId.ToByteArray(bigEndian: true),
            SqliteTime.ToMicroseconds(transaction.Now));
        var version = (stored?.Version ?? 0) + 1;
        if (stored is null) connection.Execute(_insert, write.RecordId, writeId, at, document);
        else connection.Execute(_update, stored.RowId, version, writeId, at, document);
        return WriteOutcome.Applied(version, transaction.Now);
    }

    /// <summary>Replaces the document while the record is still at the version that was seen; version, time and last write stay.</summary>
    public WriteOutcome Reseal(SqliteWriteTransaction transaction, StoredDocument? stored, long seenVersion, Func<StoredDocument, byte[]> document)
    {
        if (stored is null || stored.Version != seenVersion) return WriteOutcome.Conflict(stored?.Version ?? 0);
        transaction.Connection.Execute(_reseal, stored.RowId, document(stored));
        return WriteOutcome.Applied(stored.Version, stored.UpdatedAt);
    }

    public WriteOutcome Delete(SqliteWriteTransaction transaction, StoredDocument stored)
    {
        transaction.Connection.Execute(_delete, stored.RowId);
        return WriteOutcome.Applied(stored.Version, transaction.Now);
    }
}
