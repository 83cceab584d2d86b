using Microsoft.Data.Sqlite;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>
/// Rows of the outbox as entries. Anybody who can write the file chooses what a row holds, and an error would stop the replay of all others: a column
/// that cannot be read has a value that no code of authenticity covers.
/// </summary>
internal static class OutboxReader
{
    /// <summary>What <see cref="ReadPage"/> reads.</summary>
    public const string Columns = "seq, record_table, record_id, kind, write_id, spooled_at, base_version, base_write_id, version, doubt, is_forced, "
        + "CAST(body AS BLOB), known_at, authentic";

    private const long PageBytes = 16 * 1024 * 1024;

    /// <summary>As many entries as a page holds.</summary>
    /// <param name="reader">Rows of <see cref="Columns"/>.</param>
    /// <param name="seal">Judges their origin; without one, every row counts as authentic.</param>
    public static List<OutboxEntry> ReadPage(SqliteDataReader reader, OutboxSeal? seal = null)
    {
        using (reader)
        {
            List<OutboxEntry> entries = [];
            for (var bytes = 0L; bytes < PageBytes && reader.Read();)
            {
                var entry = ReadOne(reader, seal);
                bytes += entry.Body.Length;
                entries.Add(entry);
            }
            return entries;
        }
    }

    private static OutboxEntry ReadOne(SqliteDataReader reader, OutboxSeal? seal)
    {
        var key = new WriteKey(RecordTables.Of(reader.GetInt64(1)), reader.GetString(2));
        var (kind, writeId, body) = (reader.GetString(3), Id(reader, 4), reader.GetFieldValue<byte[]>(11));
        var spooledAt = SqliteTime.FromAnyMicroseconds(reader.GetInt64(5));
        Write? write = null;
        try
        {
            write = WriteCodec.Decode(kind, key.Id, writeId, body);
            // The entry in the history says when the change was acknowledged.
            if (write?.Author is not null) write = write with { AuthoredAt = spooledAt };
            // A row whose parts contradict each other was not written by Nexus.
            if (write is not null && write.Table != key.Table) write = null;
        }
        catch (StoreRejectedException)
        {
            // Damaged: the replay quarantines what it cannot read.
        }
        var entry = new OutboxEntry(
            reader.GetInt64(0), write, key, kind, writeId, spooledAt, reader.GetInt64(6), reader.IsDBNull(7) ? Guid.Empty : Id(reader, 7),
            reader.GetInt64(8), SqliteTime.FromAnyMicroseconds(reader.GetInt64(12)), reader.IsDBNull(9) ? null : reader.GetString(9),
            reader.GetInt64(10) != 0, body);
        return seal is null ? entry : entry with { Origin = seal.Verify(entry, reader.IsDBNull(13) ? null : reader.GetFieldValue<byte[]>(13)) };
    }

    /// <summary>An id, or the empty one where the column holds none.</summary>
    internal static Guid Id(SqliteDataReader reader, int column) =>
        reader.GetFieldValue<byte[]>(column) is { Length: 16 } bytes ? new Guid(bytes, bigEndian: true) : Guid.Empty;
}
