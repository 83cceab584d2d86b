using Nexus.Engine;
using Nexus.History;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>The history of changes: its SQL, and the entries that a batch adds in its own transaction.</summary>
internal sealed class PostgresHistory(PostgresReads reads, SchemaNames names) : IHistoryStore
{
    private const string Insert = """
        INSERT INTO nexus_history (at, id, record_table, record_key, author_id, author_name, origin, action, version, body)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT DO NOTHING
        """;

    private const string Columns =
        "SELECT at, id, record_table, record_key, author_id, author_name, origin, action, version, body FROM nexus_history";

    private const string Within = " WHERE (at, id) < ($2, $3) AND at >= $4 AND at < $5";
    private const string InOrder = " ORDER BY at DESC, id DESC LIMIT $1";
    private const string All = Columns + Within + InOrder;
    private const string OfTable = Columns + Within + " AND record_table = $6" + InOrder;
    private const string OfRecord = Columns + Within + " AND record_table = $6 AND record_key = $7" + InOrder;
    private const string OfAuthor = Columns + Within + " AND author_id = $6" + InOrder;
    private const string OfAuthorAndTable = Columns + Within + " AND author_id = $6 AND record_table = $7" + InOrder;
    private const string OfAuthorAndRecord = Columns + Within + " AND author_id = $6 AND record_table = $7 AND record_key = $8" + InOrder;

    private const string Remove = """
        WITH gone AS (DELETE FROM nexus_history WHERE record_table = ANY ($1) AND record_key = $2 RETURNING id) SELECT count(*) FROM gone
        """;

    private const string Count = "SELECT count(*) FROM nexus_history WHERE record_table = ANY ($1) AND record_key = $2";

    private const string FindLast = "SELECT at, id FROM nexus_history ORDER BY at DESC, id DESC OFFSET $1 LIMIT 1";

    private const string Prune = """
        WITH gone AS (
            DELETE FROM nexus_history WHERE (at, id) IN (
                SELECT o.at, o.id FROM nexus_history o WHERE (o.at, o.id) < ($1, $2) ORDER BY o.at, o.id LIMIT 5000)
            RETURNING id)
        SELECT count(*) FROM gone
        """;

    private const int LargestPrune = 5000;

    private static readonly Guid LastId = Guid.AllBitsSet;

    public ChangeDescriber? Describer { get; set; }

    public async Task<IReadOnlyList<HistoryEntry>> ListAsync(HistoryQuery query, CancellationToken cancellationToken) =>
        await reads.ListAsync(ToQuery(query), cancellationToken).ConfigureAwait(false);

    public async Task<long> RemoveAsync(IReadOnlyList<string> tables, string key, bool isDryRun, CancellationToken cancellationToken) =>
        await reads.FirstAsync(
            new Query<long>(isDryRun ? Count : Remove, row => row.GetInt64(0)).Texts([.. tables]).Text(key), cancellationToken).ConfigureAwait(false);

    public async Task<long> PruneAsync(DateTimeOffset before, long keep, CancellationToken cancellationToken)
    {
        // Everything older than the youngest of both bounds goes; the entry behind the last that is kept goes, too.
        var surplus = await reads.ListAsync(
            new Query<(DateTimeOffset At, Guid Id)>(FindLast, row => (row.GetInstant(0), row.GetGuid(1))).Long(keep), cancellationToken)
            .ConfigureAwait(false);
        var bound = (At: before, Id: Guid.Empty);
        if (surplus is [var last] && last.At >= before) bound = (last.At, Successor(last.Id));
        for (var removed = 0L; ;)
        {
            var batch = await reads.FirstAsync(new Query<long>(Prune, row => row.GetInt64(0)).Time(bound.At).Uuid(bound.Id), cancellationToken)
                .ConfigureAwait(false);
            removed += batch;
            if (batch < LargestPrune) return removed;
        }
    }

    /// <summary>Adds the entries of a batch's changes, in its transaction.</summary>
    /// <param name="connection">In the transaction.</param>
    /// <param name="batch">What was executed.</param>
    /// <param name="outcomes">Of its writes.</param>
    /// <param name="raised">Versions that the transaction raised afterwards.</param>
    /// <exception cref="PostgresException">
    /// Among others, SQLSTATE 40001 where another transaction made a record that did not exist yet when it was looked at: the batch is sent again.
    /// </exception>
    public async Task AddAsync(
        NpgsqlConnection connection, PostgresBatch batch, WriteOutcome?[] outcomes, IReadOnlyDictionary<WriteKey, long>? raised = null)
    {
        if (!batch.HasAuthors || Describer is not { } describer) return;
        List<HistoryEntry> entries = [];
        for (var n = 0; n < outcomes.Length; n++)
        {
            if (batch[n] is not { Author: not null } write || outcomes[n] is not { Status: WriteStatus.Applied } outcome) continue;
            var (before, after) = batch.ImagesOf(batch.KeyOf(n));
            var isWhole = write.IsRemoval
                ? before?.Version == outcome.Version && after is null
                : after?.Version == outcome.Version && (before?.Version ?? 0) == outcome.Version - 1;
            if (!isWhole)
                throw new PostgresException("a record was made by another transaction meanwhile", "ERROR", "ERROR",
                    PostgresErrorCodes.SerializationFailure, routine: nameof(PostgresHistory));
            if (raised is not null && raised.TryGetValue(batch.KeyOf(n), out var version)) outcome = outcome with { Version = version };
            entries.Add(describer.Describe(write, outcome, before, after));
        }
        if (entries.Count == 0) return;
        using var commands = new NpgsqlBatch(connection) { BatchCommands = { ToCommand(entries) } };
        await commands.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private NpgsqlBatchCommand ToCommand(List<HistoryEntry> entries) => new(names.Qualify(Insert))
    {
        Parameters =
        {
            Values(NpgsqlDbType.TimestampTz, entries, entry => PostgresTime.ToMicroseconds(entry.At)),
            Values(NpgsqlDbType.Uuid, entries, entry => entry.Id),
            Values(NpgsqlDbType.Text, entries, entry => entry.Table),
            Values(NpgsqlDbType.Text, entries, entry => entry.Key),
            Values(NpgsqlDbType.Text, entries, entry => entry.Author.Id),
            Values(NpgsqlDbType.Text, entries, entry => entry.Author.Name),
            Values(NpgsqlDbType.Text, entries, entry => HistoryBody.NameOf(entry.Author.Origin)),
            Values(NpgsqlDbType.Text, entries, entry => HistoryBody.NameOf(entry.Action)),
            Values(NpgsqlDbType.Bigint, entries, entry => entry.Version),
            Values(NpgsqlDbType.Jsonb, entries, entry => (ReadOnlyMemory<byte>)HistoryBody.Write(entry)),
        },
    };

    private static NpgsqlParameter<T[]> Values<T>(NpgsqlDbType type, List<HistoryEntry> entries, Func<HistoryEntry, T> value) =>
        new() { TypedValue = [.. entries.Select(value)], NpgsqlDbType = NpgsqlDbType.Array | type };

    private static Query<HistoryEntry> ToQuery(HistoryQuery query)
    {
        var (filter, after) = (query.Filter, query.After ?? (DateTimeOffset.MaxValue, LastId));
        var sql = (filter.AuthorId, filter.Table, filter.Key) switch
        {
            (null, null, _) => All,
            (null, _, null) => OfTable,
            (null, _, _) => OfRecord,
            (_, null, _) => OfAuthor,
            (_, _, null) => OfAuthorAndTable,
            _ => OfAuthorAndRecord,
        };
        var read = new Query<HistoryEntry>(sql, Read).Limit(query.Limit).Time(after.Item1).Uuid(after.Item2)
            .Time(filter.From ?? DateTimeOffset.UnixEpoch).Time(filter.Before ?? DateTimeOffset.MaxValue);
        if (filter.AuthorId is { } author) read.Text(author);
        if (filter.Table is { } table) read.Text(table);
        if (filter.Key is { } key) read.Text(key);
        return read;
    }

    private static HistoryEntry Read(NpgsqlDataReader row)
    {
        var (fields, omitted) = HistoryBody.Read(row.GetFieldValue<byte[]>(9));
        return new HistoryEntry(
            row.GetGuid(1), row.GetInstant(0), new ChangeAuthor(row.GetString(4), row.GetString(5), AuthorJson.OriginOf(row.GetString(6))),
            row.GetString(2), row.GetString(3), HistoryBody.ActionOf(row.GetString(7)), row.GetInt64(8), fields, omitted);
    }

    /// <summary>The next id in the order of bytes.</summary>
    private static Guid Successor(Guid id)
    {
        var bytes = id.ToByteArray(bigEndian: true);
        for (var n = bytes.Length - 1; n >= 0 && ++bytes[n] == 0; n--) continue;
        return new Guid(bytes, bigEndian: true);
    }
}
