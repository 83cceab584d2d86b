using Nexus.Engine;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>What the PostgreSQL store does with records of a table whatever their content.</summary>
/// <param name="table">Whose records.</param>
/// <param name="lookUp">Reads key, version, time and last write of the records with the keys $1, and of trades what tells them apart.</param>
/// <param name="lockRows">
/// Locks the rows of the keys $1 in key order. A batch that reaches one table with several statements runs it first: each statement takes its rows in
/// key order, but two batches whose statements share the keys differently would still wait for each other.
/// </param>
/// <param name="raiseVersion">Raises the versions of the records with the keys $1 to at least $2; null where a key may name several records.</param>
internal abstract class PostgresTable(RecordTable table, string lookUp, string lockRows, string? raiseVersion)
{
    public RecordTable Table => table;

    /// <summary>Where its rows are in a database with several shards.</summary>
    public required TablePlacement Placement { get; init; }

    public string LookUp => lookUp;

    public string LockRows => lockRows;

    public string? RaiseVersion => raiseVersion;

    /// <summary>How its records are compared in ranges; null for a table that is copied as a whole, because it is small.</summary>
    public PostgresRanges? Ranges { get; init; }

    /// <summary>Whether a write means this record, among those that have its key.</summary>
    public abstract bool IsMeant(StoredRecord record, Write write);

    /// <summary>The records with these keys, in any order, without those that do not exist.</summary>
    public abstract Task<IReadOnlyList<IStateRow>> GetAsync(PostgresReads reads, string[] ids, CancellationToken cancellationToken);

    /// <summary>Adds the statement that reads the records with these keys to a batch.</summary>
    public abstract void AddGet(NpgsqlBatch batch, SchemaNames names, string[] ids);

    /// <summary>A record from a row of that statement's result.</summary>
    public abstract IStateRow ReadRow(NpgsqlDataReader reader);

    /// <summary>A page in the order of <see cref="Ranges"/>; longer than the limit where records share the last place.</summary>
    public abstract Task<IReadOnlyList<IStateRow>> ListAsync(PostgresReads reads, string? after, int limit, CancellationToken cancellationToken);
}
