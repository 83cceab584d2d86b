using Nexus.Engine;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The same for the rows of one table.</summary>
internal sealed class PostgresTable<TRow>(RecordTable table, string lookUp, string lockRows, string? raiseVersion)
    : PostgresTable(table, lookUp, lockRows, raiseVersion)
    where TRow : class, IStateRow
{
    /// <summary>Reads the records with these keys.</summary>
    public required Func<string[], Query<TRow>> Get { get; init; }

    /// <summary>Reads this many records after a place, in order.</summary>
    public required Func<string?, int, Query<TRow>> Page { get; init; }

    /// <summary>Whether a write means a record, where the key is not the whole identity.</summary>
    public Func<StoredRecord, Write, bool>? Means { get; init; }

    public override bool IsMeant(StoredRecord record, Write write) => Means is null || Means(record, write);

    public override async Task<IReadOnlyList<IStateRow>> GetAsync(PostgresReads reads, string[] ids, CancellationToken cancellationToken) =>
        await reads.ListAsync(Get(ids), cancellationToken).ConfigureAwait(false);

    public override void AddGet(NpgsqlBatch batch, SchemaNames names, string[] ids) => Get(ids).AddTo(batch, names);

    public override IStateRow ReadRow(NpgsqlDataReader reader) => Get([]).Read(reader);

    public override async Task<IReadOnlyList<IStateRow>> ListAsync(PostgresReads reads, string? after, int limit,
        CancellationToken cancellationToken) =>
        await reads.ListAsync(Page(after, limit), cancellationToken).ConfigureAwait(false);
}
