using System.Data;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>A session with a shard on a connection of PostgreSQL: its transactions, locks, records and the journal.</summary>
/// <param name="connection">The connection.</param>
/// <param name="shards">The schemas.</param>
internal sealed partial class PostgresShardSession(NpgsqlConnection connection, ShardConnections shards) : IShardSession
{
    private const string Savepoint = "nexus_before_last_step";

    private const string TryLock = "SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('nexus moves of ' || $1, 0))";

    /// <summary>A process that stopped loses the lock. In milliseconds.</summary>
    private const string EndIfStopped = "SELECT pg_catalog.set_config('idle_session_timeout', '30000', false)";

    private bool _hasRight;

    private string Map => shards.SchemaOf(0);

    public async Task<IShardTransaction> BeginAsync(CancellationToken cancellationToken, bool isSnapshot = false)
    {
        var level = isSnapshot ? IsolationLevel.RepeatableRead : IsolationLevel.Unspecified;
        return new Transaction(await connection.BeginTransactionAsync(level, cancellationToken).ConfigureAwait(false));
    }

    public Task LimitAsync(TimeSpan locks, TimeSpan? idle, CancellationToken cancellationToken) => connection.ExecuteAsync(
        $"SET LOCAL lock_timeout = {(long)locks.TotalMilliseconds}"
            + (idle is { } limit ? $"; SET LOCAL idle_in_transaction_session_timeout = {(long)limit.TotalMilliseconds}" : ""),
        cancellationToken);

    public Task SaveAsync() => connection.ExecuteAsync($"SAVEPOINT {Savepoint}", CancellationToken.None);

    public Task RollBackToSavedAsync() => connection.ExecuteAsync($"ROLLBACK TO SAVEPOINT {Savepoint}", CancellationToken.None);

    public Task LockShardAsync(int shard, MoveLock mode, CancellationToken cancellationToken) =>
        LockAsync($"{shards.SchemaOf(shard)}.nexus_shard", mode, cancellationToken);

    public Task LockMapAsync(MoveLock mode) => LockAsync($"{Map}.nexus_shards", mode, CancellationToken.None);

    public async Task<ShardRecord> ReadAsync(int shard) => (await connection.RowsAsync(
        $"SELECT epoch, owned::text FROM {shards.SchemaOf(shard)}.nexus_shard", [], ReadRecord, CancellationToken.None).ConfigureAwait(false))[0];

    public Task WriteAsync(int shard, ShardRecord record) => connection.ExecuteAsync(
        $"UPDATE {shards.SchemaOf(shard)}.nexus_shard SET epoch = $1, owned = $2::bit(4096)", [record.Epoch, record.Buckets.ToBits()],
        CancellationToken.None);

    public async Task<ShardRecord> ReadFromMapAsync(int shard) => (await connection.RowsAsync(
        $"SELECT epoch, owned::text FROM {Map}.nexus_shards WHERE number = $1", [shard], ReadRecord, CancellationToken.None)
        .ConfigureAwait(false))[0];

    public Task WriteToMapAsync(int shard, ShardRecord record) => connection.ExecuteAsync(
        $"UPDATE {Map}.nexus_shards SET epoch = $2, owned = $3::bit(4096) WHERE number = $1", [shard, record.Epoch, record.Buckets.ToBits()],
        CancellationToken.None);

    public async Task<bool> TryLockMovesAsync(CancellationToken cancellationToken)
    {
        if (!await connection.ScalarAsync<bool>(TryLock, [shards.NameOf(0)], cancellationToken).ConfigureAwait(false)) return false;
        _hasRight = true;
        await connection.ExecuteAsync(EndIfStopped, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public Task SignalLifeAsync() => connection.ExecuteAsync("SELECT 1", CancellationToken.None);

    public async Task<ShardMove?> FindMoveAsync(CancellationToken cancellationToken)
    {
        var found = await connection.RowsAsync(
            $"SELECT id, source, target, buckets::text FROM {Map}.nexus_moves", [],
            row => new ShardMove(row.GetGuid(0), row.GetInt32(1), row.GetInt32(2), BucketSet.OfBits(row.GetString(3))), cancellationToken)
            .ConfigureAwait(false);
        return found is [var only] ? only : null;
    }

    public Task NoteMoveAsync(ShardMove move, CancellationToken cancellationToken) => connection.ExecuteAsync(
        $"INSERT INTO {Map}.nexus_moves (id, source, target, buckets) VALUES ($1, $2, $3, $4::bit(4096))",
        [move.Id, move.Source, move.Target, move.Buckets.ToBits()], cancellationToken);

    public Task RenameMoveAsync(Guid from, Guid to) =>
        connection.ExecuteAsync($"UPDATE {Map}.nexus_moves SET id = $2 WHERE id = $1", [from, to], CancellationToken.None);

    public Task ForgetMoveAsync(Guid id) =>
        connection.ExecuteAsync($"DELETE FROM {Map}.nexus_moves WHERE id = $1", [id], CancellationToken.None);

    public async Task<bool> HoldMoveAsync(Guid id) => (await connection.RowsAsync(
        $"SELECT id FROM {Map}.nexus_moves WHERE id = $1 FOR UPDATE", [id], row => row.GetGuid(0), CancellationToken.None).ConfigureAwait(false))
        .Count > 0;

    public ValueTask DisposeAsync()
    {
        // Its pool keeps the connection, and with it the lock.
        if (_hasRight) NpgsqlConnection.ClearPool(connection);
        return connection.DisposeAsync();
    }

    private Task<int> LockAsync(string table, MoveLock mode, CancellationToken cancellationToken) => connection.ExecuteAsync(
        mode switch
        {
            MoveLock.Look => $"LOCK TABLE {table} IN ACCESS SHARE MODE",
            MoveLock.Change => $"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE",
            MoveLock.Exclude => $"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
            _ => throw new ArgumentOutOfRangeException(nameof(mode)),
        },
        cancellationToken);

    private static ShardRecord ReadRecord(NpgsqlDataReader row) => new(row.GetInt64(0), BucketSet.OfBits(row.GetString(1)));

    private sealed class Transaction(NpgsqlTransaction transaction) : IShardTransaction
    {
        public Task CommitAsync(CancellationToken cancellationToken) => transaction.CommitAsync(cancellationToken);

        public ValueTask DisposeAsync() => transaction.DisposeAsync();
    }
}
