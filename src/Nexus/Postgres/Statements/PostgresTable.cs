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

    public string LookUp => lookUp;

    public string LockRows => lockRows;

    public string? RaiseVersion => raiseVersion;

    /// <summary>
    /// Whether the table is read in pages in key order; otherwise by what changed, which is enough where no record is ever removed.
    /// </summary>
    public abstract bool IsListed { get; }

    /// <summary>Whether a write means this record, among those that have its key.</summary>
    public abstract bool IsMeant(StoredRecord record, Write write);

    /// <summary>The records with these keys, in any order, without those that do not exist.</summary>
    public abstract Task<IReadOnlyList<IStateRow>> GetAsync(PostgresReads reads, string[] ids, CancellationToken cancellationToken);

    /// <summary>The command that reads the records with these keys, and how a row of its result becomes a record.</summary>
    public abstract (NpgsqlBatchCommand Command, Func<NpgsqlDataReader, IStateRow> Read) Find(SchemaNames names, string[] ids);

    /// <summary>A page in key order, where the table <see cref="IsListed"/>.</summary>
    public abstract Task<IReadOnlyList<IStateRow>> ListAsync(PostgresReads reads, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>How many blocks <see cref="ListChangedAsync"/> goes through, where the table is not listed.</summary>
    public abstract Task<long> CountBlocksAsync(PostgresReads reads, CancellationToken cancellationToken);

    /// <summary>The records in some blocks that were changed at or after an instant.</summary>
    public abstract Task<IReadOnlyList<IStateRow>> ListChangedAsync(PostgresReads reads, DateTimeOffset since, long fromBlock, long toBlock,
        CancellationToken cancellationToken);
}
