using Microsoft.Data.Sqlite;
using Nexus.Engine;
using Nexus.History;

namespace Nexus.Sqlite;

/// <summary>The history of changes in the embedded store. An entry is inserted by the transaction of its change.</summary>
internal sealed class SqliteHistory(SqliteStore store, TimeProvider clock) : IHistoryStore
{
    private const string Insert = """
        INSERT INTO nexus_history (at, id, record_table, record_key, author_id, author_name, origin, action, version, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, CAST(?10 AS TEXT)) ON CONFLICT DO NOTHING
        """;

    private const string Columns =
        "SELECT at, id, record_table, record_key, author_id, author_name, origin, action, version, CAST(body AS BLOB) FROM nexus_history";

    private const string Within = " WHERE (at, id) < (?2, ?3) AND at >= ?4 AND at < ?5";
    private const string InOrder = " ORDER BY at DESC, id DESC LIMIT ?1";
    private const string All = Columns + Within + InOrder;
    private const string OfTable = Columns + Within + " AND record_table = ?6" + InOrder;
    private const string OfRecord = Columns + Within + " AND record_table = ?6 AND record_key = ?7" + InOrder;
    private const string OfAuthor = Columns + Within + " AND author_id = ?6" + InOrder;
    private const string OfAuthorAndTable = Columns + Within + " AND author_id = ?6 AND record_table = ?7" + InOrder;
    private const string OfAuthorAndRecord = Columns + Within + " AND author_id = ?6 AND record_table = ?7 AND record_key = ?8" + InOrder;
    private const string Remove = "DELETE FROM nexus_history WHERE record_table = ?1 AND record_key = ?2";

    private const string Count = "SELECT count(*) FROM nexus_history WHERE record_table = ?1 AND record_key = ?2";

    private const string PruneOld =
        "DELETE FROM nexus_history WHERE rowid IN (SELECT rowid FROM nexus_history WHERE at < ?1 ORDER BY at, id LIMIT ?2)";

    private const string PruneSurplus = """
        DELETE FROM nexus_history WHERE rowid IN (
            SELECT rowid FROM nexus_history WHERE (at, id) <= (SELECT at, id FROM nexus_history ORDER BY at DESC, id DESC LIMIT 1 OFFSET ?1)
            ORDER BY at, id LIMIT ?2)
        """;

    private const int LargestPrune = 5000;

    private static readonly byte[] LastId = Guid.AllBitsSet.ToByteArray();

    public ChangeDescriber? Describer { get; set; }

    public Task<IReadOnlyList<HistoryEntry>> ListAsync(HistoryQuery query, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<HistoryEntry>>(
            connection =>
            {
                using var reader = Query(connection, query);
                List<HistoryEntry> entries = [];
                while (reader.Read()) entries.Add(Map(reader));
                return entries;
            },
            cancellationToken);

    public Task<long> RemoveAsync(IReadOnlyList<string> tables, string key, bool isDryRun, CancellationToken cancellationToken) => isDryRun
        ? store.ReadAsync(connection => tables.Sum(table => connection.ReadNumber(Count, table, key)), cancellationToken)
        : store.TransactAsync(
            transaction => tables.Sum(table => (long)transaction.Connection.Execute(Remove, table, key)), writes: 1, cancellationToken);

    public async Task<long> PruneAsync(DateTimeOffset before, long keep, CancellationToken cancellationToken)
    {
        for (var removed = 0L; ;)
        {
            var batch = await store.TransactAsync(
                transaction => transaction.Connection.Execute(PruneOld, SqliteTime.ToMicroseconds(before), LargestPrune) is > 0 and var old
                    ? old : transaction.Connection.Execute(PruneSurplus, keep, LargestPrune),
                LargestPrune, cancellationToken).ConfigureAwait(false);
            removed += batch;
            if (batch == 0) return removed;
        }
    }

    /// <summary>Applies a write with an author and adds its entry.</summary>
    public WriteOutcome Record(SqliteWriteTransaction transaction, Write write, Func<SqliteWriteTransaction, Write, WriteOutcome> apply)
    {
        if (Describer is not { } describer) return apply(transaction, write);
        var read = SqliteTables.Of(write.Table).ReadRow!;
        var before = read(transaction.Connection, write.RecordId, clock);
        var outcome = apply(transaction, write);
        if (outcome.Status != WriteStatus.Applied) return outcome;
        var entry = describer.Describe(write, outcome, before, write.IsRemoval ? null : read(transaction.Connection, write.RecordId, clock));
        transaction.Connection.Execute(
            Insert, SqliteTime.ToMicroseconds(entry.At), entry.Id.ToByteArray(bigEndian: true), entry.Table, entry.Key, entry.Author.Id,
            entry.Author.Name, HistoryBody.NameOf(entry.Author.Origin), HistoryBody.NameOf(entry.Action), entry.Version, HistoryBody.Write(entry));
        return outcome;
    }

    private static SqliteDataReader Query(SqliteSession connection, HistoryQuery query)
    {
        var filter = query.Filter;
        var (at, id) = query.After is { } after
            ? (SqliteTime.ToMicroseconds(after.At), after.Id.ToByteArray(bigEndian: true)) : (long.MaxValue, LastId);
        var from = filter.From is { } first ? SqliteTime.ToMicroseconds(first) : 0;
        var before = filter.Before is { } last ? SqliteTime.ToMicroseconds(last) : long.MaxValue;
        return (filter.AuthorId, filter.Table, filter.Key) switch
        {
            (null, null, _) => connection.Query(All, query.Limit, at, id, from, before),
            (null, var table, null) => connection.Query(OfTable, query.Limit, at, id, from, before, table),
            (null, var table, var key) => connection.Query(OfRecord, query.Limit, at, id, from, before, table, key),
            (var author, null, _) => connection.Query(OfAuthor, query.Limit, at, id, from, before, author),
            (var author, var table, null) => connection.Query(OfAuthorAndTable, query.Limit, at, id, from, before, author, table),
            var (author, table, key) => connection.Query(OfAuthorAndRecord, query.Limit, at, id, from, before, author, table, key),
        };
    }

    private static HistoryEntry Map(SqliteDataReader reader)
    {
        var (fields, omitted) = HistoryBody.Read(reader.GetFieldValue<byte[]>(9));
        return new HistoryEntry(
            new Guid(reader.GetFieldValue<byte[]>(1), bigEndian: true), SqliteTime.FromMicroseconds(reader.GetInt64(0)),
            new ChangeAuthor(reader.GetString(4), reader.GetString(5), AuthorJson.OriginOf(reader.GetString(6))),
            reader.GetString(2), reader.GetString(3), HistoryBody.ActionOf(reader.GetString(7)), reader.GetInt64(8), fields, omitted);
    }
}
