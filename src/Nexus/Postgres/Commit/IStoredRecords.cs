using Nexus.Engine;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>Finds stored records by key, to determine outcomes that no statement reported.</summary>
internal interface IStoredRecords
{
    /// <summary>The records with these keys, in any order, without those that do not exist.</summary>
    /// <param name="table">Whose records.</param>
    /// <param name="keys">Their keys.</param>
    /// <param name="connection">In the transaction that must see them; null reads what is committed.</param>
    Task<IReadOnlyList<StoredRecord>> FindAsync(RecordTable table, string[] keys, NpgsqlConnection? connection);
}
