using Nexus.Postgres;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>
/// The transactions of the last step of a move: of the source, of the target with the copies, and of the map on the home shard. If all are in one
/// database they are one. Otherwise they are committed in this order, each of which leaves a state from which <see cref="MoveSettlement"/> knows the
/// way: the source gives the buckets up, the target takes them, the map says so.
/// </summary>
internal sealed class MoveTransactions : IAsyncDisposable
{
    private const string Savepoint = "nexus_before_last_step";

    /// <summary>A process that stops here must not hold the shards up for long.</summary>
    private static readonly string SetLimits =
        $"SET LOCAL lock_timeout = {LeavingRows.LockTimeout}; SET LOCAL idle_in_transaction_session_timeout = 10000";

    private readonly ShardMove _move;
    private readonly ShardConnections _shards;
    private readonly NpgsqlConnection _target;
    private readonly List<NpgsqlConnection> _others = [];
    private readonly List<NpgsqlTransaction> _transactions = [];

    private MoveTransactions(ShardMove move, ShardConnections shards, NpgsqlConnection target) => (_move, _shards, _target) = (move, shards, target);

    /// <summary>In the transaction that gives the buckets up.</summary>
    private NpgsqlConnection Source { get; set; } = null!;

    /// <summary>In the transaction that changes the map.</summary>
    private NpgsqlConnection Home { get; set; } = null!;

    /// <summary>Opens the connections, without a transaction on them yet.</summary>
    public static async Task<MoveTransactions> OpenAsync(
        ShardMove move, ShardConnections shards, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var step = new MoveTransactions(move, shards, target);
        var isOneForBoth = shards.AreTogether(move.Source, move.Target);
        step.Source = isOneForBoth ? target : await step.ConnectAsync(move.Source, cancellationToken).ConfigureAwait(false);
        step.Home = isOneForBoth && shards.AreTogether(0, move.Target) ? target : await step.ConnectAsync(0, cancellationToken).ConfigureAwait(false);
        return step;
    }

    /// <summary>
    /// Locks the map, and both shards against every reader and writer. If one of the locks is not free within a moment, none is kept.
    /// </summary>
    /// <exception cref="PostgresException">A lock was not free; <see cref="LockRetry"/> tries again.</exception>
    public async Task LockAsync()
    {
        await _target.ExecuteAsync($"SAVEPOINT {Savepoint}", CancellationToken.None).ConfigureAwait(false);
        try
        {
            foreach (var other in _others) _transactions.Add(await other.BeginTransactionAsync(CancellationToken.None).ConfigureAwait(false));
            foreach (var connection in new[] { _target, Source, Home }.Distinct())
                await connection.ExecuteAsync(SetLimits, CancellationToken.None).ConfigureAwait(false);
            var (home, from, to) = (_shards.SchemaOf(0), _shards.SchemaOf(_move.Source), _shards.SchemaOf(_move.Target));
            await LockAsync(Home, $"{home}.nexus_shards").ConfigureAwait(false);
            await MoveJournal.RequireAsync(Home, home, _move, CancellationToken.None).ConfigureAwait(false);
            await LockAsync(_target, $"{to}.nexus_shard").ConfigureAwait(false);
            await LockAsync(Source, $"{from}.nexus_shard").ConfigureAwait(false);
        }
        catch
        {
            await UnlockAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lets everybody go on; the copies stay.</summary>
    public async Task UnlockAsync()
    {
        await EndOthersAsync().ConfigureAwait(false);
        await _target.ExecuteAsync($"ROLLBACK TO SAVEPOINT {Savepoint}", CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Gives the buckets to the target, in the transactions.</summary>
    public async Task ChangeAsync()
    {
        var (home, from, to) = (_shards.SchemaOf(0), _shards.SchemaOf(_move.Source), _shards.SchemaOf(_move.Target));
        var source = await ShardRecord.ReadAsync(Source, from).ConfigureAwait(false);
        var target = await ShardRecord.ReadAsync(_target, to).ConfigureAwait(false);
        if (!source.Buckets.Covers(_move.Buckets) || target.Buckets.All.Any(_move.Buckets.Contains)) throw MoveJournal.Taken();
        await source.Give(_move.Buckets).SaveAsync(Source, from).ConfigureAwait(false);
        await Source.ExecuteAsync($"DELETE FROM {from}.nexus_leaving", CancellationToken.None).ConfigureAwait(false);
        await target.Take(_move.Buckets).SaveAsync(_target, to).ConfigureAwait(false);
        // The source says so itself only when the copies that it leaves behind are gone: until then nobody reads there.
        await ShardRecord.SaveToMapAsync(Home, home, _move.Source, source.Give(_move.Buckets).Next()).ConfigureAwait(false);
        await ShardRecord.SaveToMapAsync(Home, home, _move.Target, target.Take(_move.Buckets)).ConfigureAwait(false);
    }

    /// <summary>Commits.</summary>
    /// <param name="target">The transaction with the copies.</param>
    /// <param name="committed">Told of each step.</param>
    public async Task CommitAsync(NpgsqlTransaction target, Action<ShardMovePhase> committed)
    {
        if (Source != _target)
        {
            await _transactions[0].CommitAsync(CancellationToken.None).ConfigureAwait(false);
            committed(ShardMovePhase.Leaving);
        }
        await target.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        if (Home != _target)
        {
            committed(ShardMovePhase.Arriving);
            await _transactions[^1].CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }
        committed(ShardMovePhase.Removing);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var transaction in _transactions) await transaction.DisposeAsync().ConfigureAwait(false);
        foreach (var other in _others) await other.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<NpgsqlConnection> ConnectAsync(int shard, CancellationToken cancellationToken)
    {
        var connection = await _shards.OpenAsync(shard, cancellationToken).ConfigureAwait(false);
        _others.Add(connection);
        return connection;
    }

    private async Task EndOthersAsync()
    {
        foreach (var transaction in _transactions) await transaction.DisposeAsync().ConfigureAwait(false);
        _transactions.Clear();
    }

    private static Task<int> LockAsync(NpgsqlConnection connection, string table) =>
        connection.ExecuteAsync($"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", CancellationToken.None);
}
