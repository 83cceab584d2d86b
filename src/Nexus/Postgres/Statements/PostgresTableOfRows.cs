using Nexus.Engine;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The same for the rows of one table. Either <see cref="Page"/> is given, or <see cref="Blocks"/> and <see cref="Changed"/>.</summary>
internal sealed class PostgresTable<TRow>(RecordTable table, string lookUp, string lockRows, string? raiseVersion)
    : PostgresTable(table, lookUp, lockRows, raiseVersion)
    where TRow : class, IStateRow
{
    /// <summary>Reads the records with these keys.</summary>
    public required Func<string[], Query<TRow>> Get { get; init; }

    /// <summary>Reads so many records after a key, in key order.</summary>
    public Func<string?, int, Query<TRow>>? Page { get; init; }

    /// <summary>Counts the blocks that hold the table.</summary>
    public Func<Query<long>>? Blocks { get; init; }

    /// <summary>Reads the records in some blocks that were changed since an instant.</summary>
    public Func<DateTimeOffset, long, long, Query<TRow>>? Changed { get; init; }

    /// <summary>Whether a write means a record, where the key is not the whole identity.</summary>
    public Func<StoredRecord, Write, bool>? Means { get; init; }

    public override bool IsListed => Page is not null;

    public override bool IsMeant(StoredRecord record, Write write) => Means is null || Means(record, write);

    public override async Task<IReadOnlyList<IStateRow>> GetAsync(PostgresReads reads, string[] ids, CancellationToken cancellationToken) =>
        await reads.ListAsync(Get(ids), cancellationToken).ConfigureAwait(false);

    public override (NpgsqlBatchCommand Command, Func<NpgsqlDataReader, IStateRow> Read) Find(SchemaNames names, string[] ids)
    {
        var query = Get(ids);
        return (query.ToCommand(names), query.Read);
    }

    public override async Task<IReadOnlyList<IStateRow>> ListAsync(PostgresReads reads, string? after, int limit,
        CancellationToken cancellationToken) =>
        await reads.ListAsync(Page!(after, limit), cancellationToken).ConfigureAwait(false);

    public override Task<long> CountBlocksAsync(PostgresReads reads, CancellationToken cancellationToken) =>
        reads.FirstAsync(Blocks!(), cancellationToken);

    public override async Task<IReadOnlyList<IStateRow>> ListChangedAsync(
        PostgresReads reads, DateTimeOffset since, long fromBlock, long toBlock, CancellationToken cancellationToken) =>
        await reads.ListAsync(Changed!(since, fromBlock, toBlock), cancellationToken).ConfigureAwait(false);
}
