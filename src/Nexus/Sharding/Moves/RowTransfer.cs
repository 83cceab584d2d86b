using System.Data;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>
/// Copies the rows of a move into a transaction of the target that is not committed yet, follows their changes, and compares both sides. Until that
/// transaction is committed nobody sees the copies, and if it ends otherwise they are gone.
/// </summary>
/// <param name="move">What is moved.</param>
/// <param name="source">A connection to the source, without a transaction.</param>
/// <param name="target">A connection to the target, in the transaction.</param>
/// <param name="beside">Another one to the target, which makes partitions.</param>
/// <param name="shards">The schemas.</param>
internal sealed class RowTransfer(
    ShardMove move, NpgsqlConnection source, NpgsqlConnection target, NpgsqlConnection beside, ShardConnections shards)
{
    /// <summary>Waiting for the first row may take a scan of the whole table. In milliseconds.</summary>
    private const int StreamTimeout = 3_600_000;

    private const int BufferSize = 128 * 1024;

    private const string ListMonths = """
        SELECT pg_catalog.replace(pg_catalog.substr(c.relname, 8), '_', '-') || '-01' FROM pg_catalog.pg_inherits i
        JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
        JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
        WHERE n.nspname = $1 AND p.relname = 'trades' AND c.relname ~ '^trades_[0-9]{4}_[0-9]{2}$'
        """;

    private readonly string _from = shards.SchemaOf(move.Source);
    private readonly string _to = shards.SchemaOf(move.Target);
    private readonly Dictionary<MovedTable, string> _columns = [];
    private readonly Dictionary<MovedTable, MovedKeys> _late = [];

    /// <summary>The keys of all rows at the target.</summary>
    public Dictionary<MovedTable, MovedKeys> Keys { get; } = [];

    /// <summary>The rows at the target.</summary>
    public long Rows => Keys.Values.Sum(keys => keys.Count);

    /// <summary>Finds the columns, and makes the partitions that the source has.</summary>
    /// <exception cref="StoreIncompatibleException">The tables of the two shards differ.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var table in MovedTable.All)
        {
            var columns = await ColumnsAsync(source, shards.NameOf(move.Source), table.Name, cancellationToken).ConfigureAwait(false);
            var others = await ColumnsAsync(target, shards.NameOf(move.Target), table.Name, cancellationToken).ConfigureAwait(false);
            if (columns != others)
                throw new StoreIncompatibleException(
                    $"the table {table.Name} of shard {move.Source} has other columns than that of shard {move.Target}: migrate both, and compare "
                        + "them");
            _columns.Add(table, columns);
            Keys.Add(table, new MovedKeys());
        }
        await MakePartitionsAsync(
            await source.RowsAsync(ListMonths, [shards.NameOf(move.Source)], row => row.GetString(0), cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies every row.</summary>
    public Task CopyAllAsync(CancellationToken cancellationToken) => WithSnapshotAsync(async () =>
    {
        foreach (var table in MovedTable.All)
            await CopyAsync(table, table.CopyOut(_from, _columns[table], move.Buckets), cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    /// <summary>Copies the rows again that were changed since, by one snapshot of the source, and takes their notes away.</summary>
    /// <returns>The keys of these rows.</returns>
    public async Task<Dictionary<MovedTable, MovedKeys>> FollowAsync(Func<Task>? inSnapshot, CancellationToken cancellationToken)
    {
        Dictionary<MovedTable, MovedKeys> changed = [];
        await WithSnapshotAsync(async () =>
        {
            foreach (var (name, keys) in await ReadNotesAsync(cancellationToken).ConfigureAwait(false))
            {
                var table = MovedTable.All.Single(moved => moved.Name == name);
                changed.Add(table, keys);
                if (name == "trades")
                    await MakePartitionsAsync(keys.Instants.Select(at => $"{at:yyyy-MM}-01").Distinct(), cancellationToken).ConfigureAwait(false);
                await target.ExecuteAsync(table.DeleteKeys(_to), keys.Parameters, cancellationToken).ConfigureAwait(false);
                await CopyAsync(table, table.CopyChanged(_from, _columns[table], move.Id), cancellationToken).ConfigureAwait(false);
            }
            if (inSnapshot is not null) await inSnapshot().ConfigureAwait(false);
            // The same rows as were read: the snapshot is one, and nobody else removes them.
            await source.ExecuteAsync($"DELETE FROM {_from}.nexus_leaving_rows WHERE move_id = $1", [move.Id], cancellationToken)
                .ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        return changed;
    }

    /// <summary>Follows once more, and compares every row of both sides by the snapshot of that. Notes the keys of all rows.</summary>
    /// <exception cref="StoreRejectedException">They differ.</exception>
    public Task CompareAllAsync(CancellationToken cancellationToken) => FollowAsync(async () =>
    {
        foreach (var table in MovedTable.All)
        {
            Compare(table, await SumAsync(source, table.CheckAll(_from, _columns[table], move.Buckets), [], cancellationToken).ConfigureAwait(false),
                await SumAsync(target, table.CheckAll(_to, _columns[table], move.Buckets), [], cancellationToken).ConfigureAwait(false));
            var keys = Keys[table] = new MovedKeys();
            await target.RowsAsync(table.FindKeys(_to, move.Buckets), [], row =>
            {
                keys.Add(row);
                return true;
            }, cancellationToken).ConfigureAwait(false);
        }
    }, cancellationToken);

    /// <summary>
    /// The last rows, when no more can change: all others were compared before, and only this transaction has touched them at the target.
    /// </summary>
    /// <exception cref="StoreRejectedException">They differ.</exception>
    public async Task FinishAsync()
    {
        Note(await FollowAsync(inSnapshot: null, CancellationToken.None).ConfigureAwait(false));
        foreach (var (table, keys) in _late)
        {
            Compare(
                table,
                await SumAsync(source, table.CheckKeys(_from, _columns[table]), keys.Parameters, CancellationToken.None).ConfigureAwait(false),
                await SumAsync(target, table.CheckKeys(_to, _columns[table]), keys.Parameters, CancellationToken.None).ConfigureAwait(false));
        }
    }

    /// <summary>Adds keys of rows that were copied after all were compared. They are compared again in the end.</summary>
    public void Note(Dictionary<MovedTable, MovedKeys> changed)
    {
        foreach (var (table, keys) in changed)
        {
            Keys[table].Add(keys);
            if (!_late.TryGetValue(table, out var late)) _late.Add(table, late = new MovedKeys());
            late.Add(keys);
        }
    }

    /// <summary>Notes that are not followed yet.</summary>
    public Task<long> CountNotesAsync(CancellationToken cancellationToken) => source.ScalarAsync<long>(
        $"SELECT count(*) FROM {_from}.nexus_leaving_rows WHERE move_id = $1", [move.Id], cancellationToken);

    private async Task<List<(string Table, MovedKeys Keys)>> ReadNotesAsync(CancellationToken cancellationToken)
    {
        List<(string Table, MovedKeys Keys)> notes = [];
        await source.RowsAsync(
            $"SELECT DISTINCT record_table, key, at, id FROM {_from}.nexus_leaving_rows WHERE move_id = $1 ORDER BY record_table", [move.Id],
            row =>
            {
                if (notes.Count == 0 || notes[^1].Table != row.GetString(0)) notes.Add((row.GetString(0), new MovedKeys()));
                notes[^1].Keys.Add(row, first: 1);
                return true;
            }, cancellationToken).ConfigureAwait(false);
        return notes;
    }

    private async Task WithSnapshotAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        var transaction = await source.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        await work().ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task CopyAsync(MovedTable table, string copyOut, CancellationToken cancellationToken)
    {
        var rows = await source.BeginRawBinaryCopyAsync(copyOut, cancellationToken).ConfigureAwait(false);
        await using var read = rows.ConfigureAwait(false);
        var copies = await target.BeginRawBinaryCopyAsync(table.CopyIn(_to, _columns[table]), cancellationToken).ConfigureAwait(false);
        (rows.ReadTimeout, copies.WriteTimeout) = (StreamTimeout, StreamTimeout);
        try
        {
            await rows.CopyToAsync(copies, BufferSize, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await copies.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            await copies.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task MakePartitionsAsync(IEnumerable<string> months, CancellationToken cancellationToken)
    {
        foreach (var month in months)
        {
            await beside.ScalarAsync<object>(
                $"SELECT {_to}.nexus_ensure_trade_partition($1::timestamptz)", [$"{month} 00:00:00+00"], cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<string> ColumnsAsync(NpgsqlConnection connection, string schema, string table, CancellationToken cancellationToken) =>
        string.Join(", ", await connection.RowsAsync(MovedTable.FindColumns, [schema, table], row => row.GetString(0), cancellationToken)
            .ConfigureAwait(false));

    private static async Task<(long Rows, string Sum)> SumAsync(
        NpgsqlConnection connection, string sql, object[] parameters, CancellationToken cancellationToken) =>
        (await connection.RowsAsync(sql, parameters, row => (row.GetInt64(0), row.GetString(1)), cancellationToken).ConfigureAwait(false))[0];

    private void Compare(MovedTable table, (long Rows, string Sum) here, (long Rows, string Sum) there)
    {
        if (here != there)
            throw new StoreRejectedException("XX001",
                $"{table.Name}: shard {move.Source} has {here.Rows} rows of the buckets and shard {move.Target} {there.Rows} with other contents. "
                    + "Nothing was moved");
    }
}
