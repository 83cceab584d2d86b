using Nexus.Engine;
using Nexus.Errors;
using Nexus.Stores;

namespace Nexus.Sqlite;

/// <summary>
/// What the embedded store does with records of a table whatever their content: for the replica of another store, whose versions and times it takes
/// over.
/// </summary>
internal abstract class SqliteTable(RecordTable table)
{
    private readonly string _range = $"""
        SELECT {table.KeyColumn}, version, write_id FROM {table.Name} WHERE {table.KeyColumn} > ?1 AND {table.KeyColumn} <= ?2
        ORDER BY {table.KeyColumn} LIMIT ?3
        """;

    public RecordTable Table => table;

    /// <summary>Version and last write of the record that a write means; version 0 where there is none, null where several may be meant.</summary>
    public abstract (long Version, Guid WriteId)? Find(SqliteSession connection, Write write);

    /// <summary>Reads the record with a key for the history of changes; null for a table without one.</summary>
    public Func<SqliteSession, string, TimeProvider, IStateRow?>? ReadRow { get; init; }

    /// <summary>The records behind a place and up to another, in order.</summary>
    public virtual List<RecordStamp> Stamps(SqliteSession connection, string after, string through, int limit)
    {
        var stamps = new List<RecordStamp>();
        using var reader = connection.Query(_range, after, through, (long)limit);
        while (reader.Read())
        {
            var key = reader.GetString(0);
            stamps.Add(new RecordStamp(
                key, key, key, reader.GetInt64(1), new Guid(reader.GetFieldValue<byte[]>(2), bigEndian: true), IsChanged: false));
        }
        return stamps;
    }

    /// <summary>What distinguishes the record of a row from all others, as <see cref="RecordStamp.Identity"/>.</summary>
    public virtual (string Place, string Mark) IdentityOf(IStateRow row) => (row.RecordKey.Id, row.RecordKey.Id);

    /// <summary>Where the record with this stamp is in a database with several shards.</summary>
    public virtual RecordPlace PlaceOf(in RecordStamp stamp) => Table.PlaceOf(stamp.Id);

    /// <summary>Removes the one record with this stamp.</summary>
    public virtual void Remove(SqliteWriteTransaction transaction, in RecordStamp stamp) => Remove(transaction, stamp.Id);

    /// <summary>Removes every record with the key, if any.</summary>
    public abstract void Remove(SqliteWriteTransaction transaction, string id);

    /// <summary>Sets the version of the record with the key, for a table whose keys name one record each.</summary>
    public abstract void SetVersion(SqliteWriteTransaction transaction, string id, long version);

    /// <summary>
    /// Puts a record of another store in the place of this one's, with its version and time. The transaction's time is the record's afterwards.
    /// </summary>
    public void PutRow(SqliteWriteTransaction transaction, IStateRow row)
    {
        RemoveRow(transaction, row);
        transaction.Now = SqliteTime.Truncate(row.AsOf);
        // Which write made the other store's version is not known here.
        var outcome = SqliteBatch.ApplyChecked(transaction, row.ToWrite() with { WriteId = Guid.Empty });
        if (outcome is { Status: WriteStatus.Failed, Error: NexusException error }) throw error;
        SetRowVersion(transaction, row);
    }

    /// <summary>
    /// As <see cref="PutRow"/>. Where the transaction failed before and is repeated, a record that this store cannot hold is removed, and the others
    /// are put.
    /// </summary>
    /// <returns>Why the record was left out; null where it was not.</returns>
    public Exception? TryPutRow(SqliteWriteTransaction transaction, IStateRow row)
    {
        if (!transaction.OneByOne)
        {
            PutRow(transaction, row);
            return null;
        }
        try
        {
            transaction.Attempt(() =>
            {
                PutRow(transaction, row);
                return true;
            });
            return null;
        }
        catch (Exception error) when (SqliteErrors.IsOfTheWriteAlone(error) && !transaction.Connection.IsAutocommit)
        {
            RemoveRow(transaction, row);
            return error;
        }
    }

    /// <summary>Removes the one record that a row is of.</summary>
    protected virtual void RemoveRow(SqliteWriteTransaction transaction, IStateRow row) => Remove(transaction, row.RecordKey.Id);

    /// <summary>Sets the version of the one record that a row is of.</summary>
    protected virtual void SetRowVersion(SqliteWriteTransaction transaction, IStateRow row) => SetVersion(transaction, row.RecordKey.Id, row.Version);
}
