using Nexus.Postgres;

namespace Nexus.Sharding;

/// <summary>The rows of a shard and the notes of their changes, by the SQL of <see cref="MovedTable"/>.</summary>
internal sealed partial class PostgresShardSession
{
    /// <summary>Waiting for the first row may take a scan of the whole table. In milliseconds.</summary>
    private const int StreamTimeout = 3_600_000;

    private const int BufferSize = 128 * 1024;

    private const int KeysPerStatement = 5000;

    private const string ListMonths = """
        SELECT pg_catalog.replace(pg_catalog.substr(c.relname, 8), '_', '-') || '-01' FROM pg_catalog.pg_inherits i
        JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
        JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
        WHERE n.nspname = $1 AND p.relname = 'trades' AND c.relname ~ '^trades_[0-9]{4}_[0-9]{2}$'
        """;

    private const string MeasureTables = """
        SELECT coalesce(sum(pg_catalog.pg_relation_size(c.oid)), 0)::bigint
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relkind = 'r' AND c.relname <> 'nexus_commits'
        """;

    public IReadOnlyList<MovedTable> Tables => MovedTable.All;

    public async Task<string> FindColumnsAsync(int shard, MovedTable table, CancellationToken cancellationToken) => string.Join(", ",
        await connection.RowsAsync(MovedTable.FindColumns, [shards.NameOf(shard), table.Name], row => row.GetString(0), cancellationToken)
            .ConfigureAwait(false));

    public async Task<IReadOnlyList<string>> FindMonthsAsync(int shard, CancellationToken cancellationToken) =>
        await connection.RowsAsync(ListMonths, [shards.NameOf(shard)], row => row.GetString(0), cancellationToken).ConfigureAwait(false);

    public Task AddMonthAsync(int shard, string month, CancellationToken cancellationToken) => connection.ScalarAsync<object>(
        $"SELECT {shards.SchemaOf(shard)}.nexus_ensure_trade_partition($1::timestamptz)", [$"{month} 00:00:00+00"], cancellationToken);

    public Task<long> MeasureAsync(int shard, CancellationToken cancellationToken) =>
        connection.ScalarAsync<long>(MeasureTables, [shards.NameOf(shard)], cancellationToken);

    public async Task AddTriggersAsync(int shard, CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync<bool>(MovedTable.FindTriggers, [shards.NameOf(shard)], cancellationToken).ConfigureAwait(false)) return;
        foreach (var table in MovedTable.All)
            await connection.ExecuteAsync(table.AddTrigger(shards.SchemaOf(shard)), cancellationToken).ConfigureAwait(false);
    }

    public Task<bool> HasTriggersAsync(int shard) =>
        connection.ScalarAsync<bool>(MovedTable.FindTriggers, [shards.NameOf(shard)], CancellationToken.None);

    public async Task RemoveTriggersAsync(int shard)
    {
        foreach (var table in MovedTable.All)
            await connection.ExecuteAsync(table.DropTrigger(shards.SchemaOf(shard)), CancellationToken.None).ConfigureAwait(false);
    }

    public async Task BeginNotingAsync(int shard, ShardMove move, CancellationToken cancellationToken)
    {
        var schema = shards.SchemaOf(shard);
        await connection.ExecuteAsync($"DELETE FROM {schema}.nexus_leaving", cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync($"DELETE FROM {schema}.nexus_leaving_rows", cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(
            $"INSERT INTO {schema}.nexus_leaving (id, buckets) VALUES ($1, $2::bit(4096))", [move.Id, move.Buckets.ToBits()], cancellationToken)
            .ConfigureAwait(false);
    }

    public async Task<Guid?> FindNotingAsync(int shard) => await connection.RowsAsync(
        $"SELECT id FROM {shards.SchemaOf(shard)}.nexus_leaving", [], row => row.GetGuid(0), CancellationToken.None).ConfigureAwait(false)
        is [var only] ? only : null;

    public Task EndNotingAsync(int shard, Guid? onlyOf = null) => connection.ExecuteAsync(
        $"DELETE FROM {shards.SchemaOf(shard)}.nexus_leaving WHERE $1::uuid IS NULL OR id = $1", [onlyOf], CancellationToken.None);

    public Task<long> CountNotesAsync(int shard, ShardMove move, CancellationToken cancellationToken) => connection.ScalarAsync<long>(
        $"SELECT count(*) FROM {shards.SchemaOf(shard)}.nexus_leaving_rows WHERE move_id = $1", [move.Id], cancellationToken);

    public async Task<IReadOnlyList<(MovedTable Table, MovedKeys Keys)>> ReadNotesAsync(
        int shard, ShardMove move, CancellationToken cancellationToken)
    {
        List<(MovedTable Table, MovedKeys Keys)> notes = [];
        await connection.RowsAsync(
            $"SELECT DISTINCT record_table, key, at, id FROM {shards.SchemaOf(shard)}.nexus_leaving_rows WHERE move_id = $1 ORDER BY record_table",
            [move.Id],
            row =>
            {
                var table = row.GetString(0);
                if (notes.Count == 0 || notes[^1].Table.Name != table)
                    notes.Add((MovedTable.All.Single(moved => moved.Name == table), new MovedKeys()));
                notes[^1].Keys.Add(row, first: 1);
                return true;
            }, cancellationToken).ConfigureAwait(false);
        return notes;
    }

    public Task RemoveNotesAsync(int shard, ShardMove move, CancellationToken cancellationToken) => connection.ExecuteAsync(
        $"DELETE FROM {shards.SchemaOf(shard)}.nexus_leaving_rows WHERE move_id = $1", [move.Id], cancellationToken);

    public Task RemoveAllNotesAsync(int shard) =>
        connection.ExecuteAsync($"DELETE FROM {shards.SchemaOf(shard)}.nexus_leaving_rows", CancellationToken.None);

    public async Task CopyAsync(
        ShardMove move, MovedTable table, string columns, bool onlyNoted, IShardSession target, CancellationToken cancellationToken)
    {
        var from = shards.SchemaOf(move.Source);
        var copyOut = onlyNoted ? table.CopyChanged(from, columns, move.Id) : table.CopyOut(from, columns, move.Buckets);
        var rows = await connection.BeginRawBinaryCopyAsync(copyOut, cancellationToken).ConfigureAwait(false);
        await using var read = rows.ConfigureAwait(false);
        var copies = await ((PostgresShardSession)target).BeginCopyAsync(
            table.CopyIn(shards.SchemaOf(move.Target), columns), cancellationToken).ConfigureAwait(false);
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

    public Task<(long Rows, string Sum)> SumAsync(
        int shard, MovedTable table, string columns, BucketSet buckets, CancellationToken cancellationToken) =>
        SumAsync(table.CheckAll(shards.SchemaOf(shard), columns, buckets), [], cancellationToken);

    public Task<(long Rows, string Sum)> SumAsync(int shard, MovedTable table, string columns, MovedKeys keys) =>
        SumAsync(table.CheckKeys(shards.SchemaOf(shard), columns), keys.Parameters, CancellationToken.None);

    public async Task<MovedKeys> FindKeysAsync(int shard, MovedTable table, BucketSet buckets, CancellationToken cancellationToken)
    {
        var keys = new MovedKeys();
        await connection.RowsAsync(table.FindKeys(shards.SchemaOf(shard), buckets), [], row =>
        {
            keys.Add(row);
            return true;
        }, cancellationToken).ConfigureAwait(false);
        return keys;
    }

    public async Task RemoveAsync(int shard, MovedTable table, MovedKeys keys, CancellationToken cancellationToken)
    {
        foreach (var some in keys.Chunks(KeysPerStatement))
            await connection.ExecuteAsync(table.DeleteKeys(shards.SchemaOf(shard)), some, cancellationToken).ConfigureAwait(false);
    }

    public Task RemoveAsync(int shard, MovedTable table, BucketSet buckets) =>
        connection.ExecuteAsync(table.DeleteAll(shards.SchemaOf(shard), buckets), CancellationToken.None);

    private Task<Npgsql.NpgsqlRawCopyStream> BeginCopyAsync(string copyIn, CancellationToken cancellationToken) =>
        connection.BeginRawBinaryCopyAsync(copyIn, cancellationToken);

    private async Task<(long Rows, string Sum)> SumAsync(string sql, object[] parameters, CancellationToken cancellationToken) =>
        (await connection.RowsAsync(sql, parameters, row => (row.GetInt64(0), row.GetString(1)), cancellationToken).ConfigureAwait(false))[0];
}
