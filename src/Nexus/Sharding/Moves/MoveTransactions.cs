namespace Nexus.Sharding;

/// <summary>
/// The transactions of the last step of a move: of the source, of the target with the copies, and of the map on the home shard. If all are in one
/// database they are one. Otherwise they are committed in this order, each of which leaves a state from which <see cref="MoveSettlement"/> knows the
/// way: the source gives the buckets up, the target takes them, the map says so.
/// </summary>
internal sealed class MoveTransactions : IAsyncDisposable
{
    private readonly ShardMove _move;
    private readonly IMoveShards _shards;
    private readonly IShardSession _target;
    private readonly List<IShardSession> _others = [];
    private readonly List<IShardTransaction> _transactions = [];

    private MoveTransactions(ShardMove move, IMoveShards shards, IShardSession target) => (_move, _shards, _target) = (move, shards, target);

    /// <summary>In the transaction that gives the buckets up.</summary>
    private IShardSession Source { get; set; } = null!;

    /// <summary>In the transaction that changes the map.</summary>
    private IShardSession Home { get; set; } = null!;

    /// <summary>Opens the connections, without a transaction on them yet.</summary>
    public static async Task<MoveTransactions> OpenAsync(
        ShardMove move, IMoveShards shards, IShardSession target, CancellationToken cancellationToken)
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
    /// <exception cref="Npgsql.PostgresException">A lock was not free; <see cref="LockRetry"/> tries again.</exception>
    public async Task LockAsync()
    {
        await _target.SaveAsync().ConfigureAwait(false);
        try
        {
            foreach (var other in _others) _transactions.Add(await other.BeginAsync(CancellationToken.None).ConfigureAwait(false));
            foreach (var session in new[] { _target, Source, Home }.Distinct())
                await session.LimitAsync(LeavingRows.LockTimeout, LeavingRows.MostIdle, CancellationToken.None).ConfigureAwait(false);
            await Home.LockMapAsync(MoveLock.Exclude).ConfigureAwait(false);
            await MoveJournal.RequireAsync(Home, _move).ConfigureAwait(false);
            await _target.LockShardAsync(_move.Target, MoveLock.Exclude, CancellationToken.None).ConfigureAwait(false);
            await Source.LockShardAsync(_move.Source, MoveLock.Exclude, CancellationToken.None).ConfigureAwait(false);
            // A process that stopped before it began to note, and goes on after its right has ended, takes the notes of this move away.
            if (await Source.FindNotingAsync(_move.Source).ConfigureAwait(false) != _move.Id) throw MoveJournal.Taken();
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
        await _target.RollBackToSavedAsync().ConfigureAwait(false);
    }

    /// <summary>Gives the buckets to the target, in the transactions.</summary>
    public async Task ChangeAsync()
    {
        var source = await Source.ReadAsync(_move.Source).ConfigureAwait(false);
        var target = await _target.ReadAsync(_move.Target).ConfigureAwait(false);
        if (!source.Buckets.Covers(_move.Buckets) || target.Buckets.All.Any(_move.Buckets.Contains)) throw MoveJournal.Taken();
        await Source.WriteAsync(_move.Source, source.Give(_move.Buckets)).ConfigureAwait(false);
        await Source.EndNotingAsync(_move.Source).ConfigureAwait(false);
        await _target.WriteAsync(_move.Target, target.Take(_move.Buckets)).ConfigureAwait(false);
        // The source says so itself only when the copies that it leaves behind are gone: until then nobody reads there.
        await Home.WriteToMapAsync(_move.Source, source.Give(_move.Buckets).Next()).ConfigureAwait(false);
        await Home.WriteToMapAsync(_move.Target, target.Take(_move.Buckets)).ConfigureAwait(false);
    }

    /// <summary>Commits.</summary>
    /// <param name="target">The transaction with the copies.</param>
    /// <param name="committed">Told of each step.</param>
    public async Task CommitAsync(IShardTransaction target, Action<ShardMovePhase> committed)
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

    private async Task<IShardSession> ConnectAsync(int shard, CancellationToken cancellationToken)
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
}
