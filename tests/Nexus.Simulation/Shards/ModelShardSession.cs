using Nexus.Sharding;
using Nexus.Sqlite;

namespace Nexus.Simulation;

/// <summary>The seams between the protocol of a move and its statements, which planted defects replace.</summary>
internal class MoveParts
{
    /// <summary>Whether the last step of a move keeps readers and writers waiting.</summary>
    public virtual bool TakesHold => true;

    /// <summary>Whether a shard refuses writes to buckets that are not its own.</summary>
    public virtual bool ChecksBuckets => true;

    /// <summary>Whether the rows of an interrupted move are removed from the source.</summary>
    public virtual bool RemovesBuckets => true;

    /// <summary>Whether only those notes are removed that were read.</summary>
    public virtual bool KeepsLaterNotes => true;
}

/// <summary>A session of a move with a server of the model. What a transaction does takes effect when it is committed.</summary>
/// <param name="link">The way to the server.</param>
/// <param name="parts">The seams.</param>
internal sealed partial class ModelShardSession(SimulatedLink link, MoveParts parts) : IShardSession
{
    /// <summary>After this time without a statement the server ends a session with the right to move.</summary>
    private static readonly TimeSpan MostIdle = TimeSpan.FromSeconds(30);

    /// <summary>The same for a transaction, unless it has a limit of its own.</summary>
    private static readonly TimeSpan MostIdleInTransaction = TimeSpan.FromSeconds(60);

    private readonly int _generation = link.Generation;
    private readonly List<Action<SqliteSession>> _rows = [];
    private readonly List<Action<ModelShard>> _facts = [];
    private ModelTransaction? _transaction;
    private TimeSpan? _locks;
    private TimeSpan? _idle;
    private (int Rows, int Facts, int Locks) _saved;
    private int _statements;
    private int _running;
    private bool _isSnapshot;
    private bool _isEnded;

    public SimulatedLink Link => link;

    public async Task<IShardTransaction> BeginAsync(CancellationToken cancellationToken, bool isSnapshot = false)
    {
        var begun = await CallAsync("begin", server => Task.FromResult(server.Begin(link.Session)), cancellationToken).ConfigureAwait(false);
        (_transaction, _isSnapshot, _snapshot, _copies, _locks, _idle) = (begun, isSnapshot, null, null, null, null);
        _rows.Clear();
        _facts.Clear();
        return new Transaction(this, begun);
    }

    public Task LimitAsync(TimeSpan locks, TimeSpan? idle, CancellationToken cancellationToken) => CallAsync("limit", _ =>
    {
        (_locks, _idle) = (locks, idle);
        return Task.FromResult(true);
    }, cancellationToken);

    public Task SaveAsync() => CallAsync("save", server =>
    {
        _saved = (_rows.Count, _facts.Count, server.Shard!.Lock.CountOf(_transaction!));
        return Task.FromResult(true);
    });

    public Task RollBackToSavedAsync() => CallAsync("roll back to saved", server =>
    {
        _rows.RemoveRange(_saved.Rows, _rows.Count - _saved.Rows);
        _facts.RemoveRange(_saved.Facts, _facts.Count - _saved.Facts);
        server.Shard!.Lock.Release(_transaction!, _saved.Locks);
        return Task.FromResult(true);
    });

    public Task LockShardAsync(int shard, MoveLock mode, CancellationToken cancellationToken) => CallAsync($"lock the shard {mode}", async server =>
    {
        if (mode != MoveLock.Exclude || parts.TakesHold)
            await server.Shard!.Lock.TakeAsync(_transaction!, mode, _locks).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    public Task LockMapAsync(MoveLock mode) => CallAsync($"lock the map {mode}", async server =>
    {
        await server.Shard!.MapLock.TakeAsync(_transaction!, mode, _locks).ConfigureAwait(false);
        return true;
    });

    public Task<ShardRecord> ReadAsync(int shard) => CallAsync("read the shard", server => Task.FromResult(server.Shard!.Record));

    public Task WriteAsync(int shard, ShardRecord record) => DoAsync("write the shard", fact: own => own.Record = record);

    public Task<ShardRecord> ReadFromMapAsync(int shard) => CallAsync("read a row of the map", server =>
    {
        var row = server.Shard!.Map[shard];
        return Task.FromResult(new ShardRecord(row.Epoch, BucketSet.OfBits(row.Owned)));
    });

    public Task WriteToMapAsync(int shard, ShardRecord record) => DoAsync(
        "write the map", fact: home => home.Map[shard] = home.Map[shard] with { Epoch = record.Epoch, Owned = record.Buckets.ToBits() });

    public Task<bool> TryLockMovesAsync(CancellationToken cancellationToken) => CallAsync("take the right to move", server =>
    {
        if (server.Shard!.Mover is not null) return Task.FromResult(false);
        server.Shard.Mover = this;
        return Task.FromResult(true);
    }, cancellationToken);

    public Task SignalLifeAsync() => CallAsync("sign of life", _ => Task.FromResult(true));

    public Task<ShardMove?> FindMoveAsync(CancellationToken cancellationToken) =>
        CallAsync("find the move", server => Task.FromResult(server.Shard!.Move), cancellationToken);

    public Task NoteMoveAsync(ShardMove move, CancellationToken cancellationToken) => CallAsync("note the move", server =>
    {
        if (server.Shard!.Move is not null) throw ModelErrors.UniqueViolation();
        server.Shard.Move = move;
        return Task.FromResult(true);
    }, cancellationToken);

    public Task RenameMoveAsync(Guid from, Guid to) => ChangeNoteAsync("take the move over", from, move => move with { Id = to });

    public Task ForgetMoveAsync(Guid id) => ChangeNoteAsync("forget the move", id, _ => null);

    public Task<bool> HoldMoveAsync(Guid id) => CallAsync("hold the move", async server =>
    {
        await server.LockAsync(_transaction!, "nexus_moves").ConfigureAwait(false);
        return server.Shard!.Move?.Id == id;
    });

    public ValueTask DisposeAsync()
    {
        if (link.Generation != _generation) return ValueTask.CompletedTask;
        link.Post("close", server =>
        {
            if (server.Shard!.Mover == this) server.Shard.Mover = null;
            if (_transaction is { IsOver: false } open) server.RollBack(open);
        });
        return ValueTask.CompletedTask;
    }

    private Task ChangeNoteAsync(string label, Guid id, Func<ShardMove, ShardMove?> change) => CallAsync(label, async server =>
    {
        var transaction = server.Begin(link.Session);
        try
        {
            await server.LockAsync(transaction, "nexus_moves").ConfigureAwait(false);
            if (server.Shard!.Move is { } move && move.Id == id) server.Shard.Move = change(move);
            return true;
        }
        finally
        {
            server.RollBack(transaction);
        }
    });

    /// <summary>Changes something: in a transaction at its commit, otherwise at once.</summary>
    private Task DoAsync(
        string label, Action<SqliteSession>? row = null, Action<ModelShard>? fact = null, CancellationToken cancellationToken = default) =>
        CallAsync(label, async server =>
        {
            if (_transaction is null) await server.DoAsync(row is null ? [] : [row], fact is null ? [] : [fact]).ConfigureAwait(false);
            if (_transaction is null) return true;
            if (row is not null) _rows.Add(row);
            if (fact is not null) _facts.Add(fact);
            return true;
        }, cancellationToken);

    /// <summary>One statement.</summary>
    private Task<T> CallAsync<T>(string label, Func<ModelServer, Task<T>> atServer, CancellationToken cancellationToken = default)
    {
        if (link.Generation != _generation) return Task.FromException<T>(ModelErrors.Broken());
        var transaction = _transaction;
        return link.CallAsync($"move: {label}", async server =>
        {
            // It may have been on its way when the connection broke.
            if (_isEnded || transaction is { IsOver: true } || transaction != _transaction) throw new SessionLostException();
            _running++;
            try
            {
                return await atServer(server).ConfigureAwait(false);
            }
            finally
            {
                _running--;
                _ = EndIfIdleAsync(server, ++_statements);
            }
        }, cancellationToken);
    }

    /// <summary>The server ends a transaction, or a session with the right to move, that does nothing for too long.</summary>
    private async Task EndIfIdleAsync(ModelServer server, int statement)
    {
        var transaction = _transaction;
        if (transaction is null && server.Shard!.Mover != this) return;
        var limit = transaction is null ? MostIdle : _idle ?? MostIdleInTransaction;
        await server.WaitAsync(limit).ConfigureAwait(false);
        if (statement != _statements || _running > 0) return;
        if (transaction is { IsOver: false } && transaction == _transaction) server.RollBack(transaction);
        else if (transaction is null && server.Shard!.Mover == this) (server.Shard.Mover, _isEnded) = (null, true);
    }

    private sealed class Transaction(ModelShardSession session, ModelTransaction transaction) : IShardTransaction
    {
        public async Task CommitAsync(CancellationToken cancellationToken)
        {
            await session.CallAsync("commit", async server =>
            {
                await server.CommitAsync(transaction, session.TakeRows(), session._facts).ConfigureAwait(false);
                session._transaction = null;
                return true;
            }, cancellationToken).ConfigureAwait(false);
        }

        public ValueTask DisposeAsync()
        {
            if (session._transaction == transaction) session._transaction = null;
            if (!transaction.IsOver) session.Link.Post("roll back", server => server.RollBack(transaction));
            return ValueTask.CompletedTask;
        }
    }
}
