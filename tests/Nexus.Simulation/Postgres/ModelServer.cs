using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Sqlite;
using Npgsql;

namespace Nexus.Simulation;

/// <summary>A record as a commit left it.</summary>
/// <param name="Key">Table and id.</param>
/// <param name="Version">The version; 0 where the record was removed.</param>
/// <param name="IsRaised">Only the version has changed.</param>
internal readonly record struct CommittedChange(WriteKey Key, long Version, bool IsRaised = false);

/// <summary>
/// A PostgreSQL server as Nexus sees it. Statements have the effects of the real SQLite store, which the store contract holds equal to PostgreSQL's;
/// this adds transactions with row locks, the commit ledger, notices in the order of commits, and the loss of everything that is not committed.
/// </summary>
/// <param name="folder">For the records.</param>
/// <param name="clock">The server's clock.</param>
/// <param name="wait">Lets time pass on the server.</param>
internal sealed class ModelServer(string folder, TimeProvider clock, Func<TimeSpan, Task> wait) : IAsyncDisposable
{
    /// <summary>The process behind connections that send no notices of their own.</summary>
    private const int NoClient = -1;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, DateTimeOffset?> _ledger = [];
    private readonly Dictionary<Guid, ModelTransaction> _committing = [];
    private readonly List<ModelTransaction> _active = [];
    private readonly List<ModelListener> _listeners = [];
    private int _processes;

    /// <summary>Its content.</summary>
    public SqliteStore Records { get; private set; } = null!;

    public RowLocks Locks { get; } = new();

    public ModelLeases Leases { get; } = new(clock);

    public TimeProvider Clock => clock;

    /// <summary>How long a commit takes, in which it may be lost.</summary>
    public Func<TimeSpan> CommitTime { get; init; } = () => TimeSpan.Zero;

    /// <summary>The time between two row locks of one statement.</summary>
    public Func<TimeSpan> LockTime { get; init; } = () => TimeSpan.Zero;

    /// <summary>The error of a write that the server does not take; null where it takes it.</summary>
    public Func<PostgresException?> Refusal { get; init; } = () => null;

    /// <summary>Called in a commit, after it is durable and before anybody learns of it.</summary>
    public Action<IReadOnlyList<CommittedChange>> Committed { get; set; } = _ => { };

    public async Task OpenAsync()
    {
        // Each call is done by its caller, one at a time.
        Records = new SqliteStore(folder, clock, NullLoggerFactory.Instance, dispatch: call =>
        {
            lock (_gate) call();
        });
        await Records.OpenAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <exception cref="PostgresException">The server does not take writes.</exception>
    public void Admit()
    {
        if (Refusal() is { } error) throw error;
    }

    /// <param name="session">Its end rolls the transaction back; null for a transaction that came in one message.</param>
    public ModelTransaction Begin(object? session = null)
    {
        var transaction = new ModelTransaction(SqliteTime.Read(clock), session);
        lock (_gate) _active.Add(transaction);
        return transaction;
    }

    /// <summary>The client's process ended, or its connections were reset.</summary>
    public void EndSessions(object session)
    {
        lock (_gate)
        {
            foreach (var transaction in _active.Where(transaction => transaction.Session == session).ToList()) RollBack(transaction);
        }
    }

    public void RollBack(ModelTransaction transaction)
    {
        lock (_gate) End(transaction);
    }

    /// <summary>Locks records in the order in which they come.</summary>
    public async Task LockAsync(ModelTransaction transaction, IReadOnlyList<WriteKey> keys)
    {
        for (var n = 0; n < keys.Count; n++)
        {
            if (n > 0 && LockTime() is var time && time > TimeSpan.Zero) await wait(time).ConfigureAwait(false);
            await LockAsync(transaction, Name(keys[n])).ConfigureAwait(false);
        }
    }

    public Task LockAsync(ModelTransaction transaction, string row)
    {
        lock (_gate) return transaction.IsOver ? throw new SessionLostException() : Locks.TakeAsync(transaction, row);
    }

    /// <summary>What writes would do, with nothing of it left.</summary>
    public Task<WriteOutcome[]> TryAsync(ModelTransaction transaction, IReadOnlyList<Write> writes) => Records.TransactAsync(
        sqlite =>
        {
            WriteOutcome[] outcomes = [];
            sqlite.Now = transaction.StartedAt;
            sqlite.Attempt(() =>
            {
                outcomes = SqliteBatch.Apply(sqlite, writes, atomic: false);
                return false;
            });
            return outcomes;
        },
        writes.Count, CancellationToken.None);

    /// <summary>
    /// Commits work together with a row of the ledger and a notice. Until it returns, a crash may take the whole of it; what it did is then seen by
    /// nobody.
    /// </summary>
    /// <param name="transaction">Holds the locks, which end with it.</param>
    /// <param name="batch">The ledger's row; null for none.</param>
    /// <param name="notices">The payloads that are sent with the commit.</param>
    /// <param name="work">Changes the records; false rolls back.</param>
    /// <param name="raised">Records whose versions it raises.</param>
    /// <exception cref="SessionLostException">Nothing was committed.</exception>
    public async Task<T> CommitAsync<T>(
        ModelTransaction transaction, Guid? batch, string[] notices, Func<SqliteWriteTransaction, (T Result, bool Commits)> work,
        IReadOnlyCollection<WriteKey>? raised = null)
    {
        if (batch is { } id)
        {
            lock (_gate)
            {
                if (_ledger.ContainsKey(id)) throw ModelErrors.UniqueViolation();
                _committing.Add(id, transaction);
            }
        }
        try
        {
            if (CommitTime() is var time && time > TimeSpan.Zero) await wait(time).ConfigureAwait(false);
            if (transaction.IsOver) throw new SessionLostException();
            Admit();
            List<CommittedChange> changes = [];
            var (result, commits) = await Records.TransactAsync(
                sqlite => Run(sqlite, transaction, work, raised ?? [], changes), 1, CancellationToken.None).ConfigureAwait(false);
            if (!commits) return result;
            lock (_gate)
            {
                if (batch is { } committed) _ledger[committed] = transaction.StartedAt;
                Committed(changes);
                foreach (var notice in notices) Notify(notice, NoClient);
            }
            return result;
        }
        finally
        {
            lock (_gate)
            {
                if (batch is { } ended) _committing.Remove(ended);
                End(transaction);
            }
        }
    }

    /// <summary>The status of a batch. One that comes later finds the row that this makes.</summary>
    public async Task<DateTimeOffset?> AskAsync(Guid batch)
    {
        Admit();
        while (true)
        {
            lock (_gate)
            {
                if (!_committing.ContainsKey(batch))
                {
                    _ledger.TryAdd(batch, null);
                    return _ledger[batch];
                }
            }
            await wait(TimeSpan.FromMilliseconds(1)).ConfigureAwait(false);
        }
    }

    /// <summary>The same without making a row; only a planted defect does that.</summary>
    public DateTimeOffset? Peek(Guid batch)
    {
        lock (_gate) return _ledger.GetValueOrDefault(batch);
    }

    /// <summary>The server process of a new connection.</summary>
    public int Connect() => ++_processes;

    public void Notify(string payload, int process)
    {
        lock (_gate)
        {
            foreach (var listener in _listeners) listener.Send(payload, process);
        }
    }

    public void Listen(ModelListener listener)
    {
        lock (_gate) _listeners.Add(listener);
    }

    public void Unlisten(ModelListener listener)
    {
        lock (_gate) _listeners.Remove(listener);
    }

    /// <summary>Loses every session with what it has not committed.</summary>
    public void Crash()
    {
        lock (_gate)
        {
            foreach (var transaction in _active) transaction.IsOver = true;
            _active.Clear();
            _committing.Clear();
            Locks.Clear();
            foreach (var listener in _listeners.ToList()) listener.Break();
            _listeners.Clear();
        }
    }

    public ValueTask DisposeAsync() => Records.DisposeAsync();

    private void End(ModelTransaction transaction)
    {
        _active.Remove(transaction);
        Locks.Release(transaction);
    }

    internal static string Name(WriteKey key) => $"{key.Table.Name} {key.Id}";

    private static (T, bool) Run<T>(SqliteWriteTransaction sqlite, ModelTransaction transaction,
        Func<SqliteWriteTransaction, (T Result, bool Commits)> work, IReadOnlyCollection<WriteKey> raised, List<CommittedChange> changes)
    {
        sqlite.Now = transaction.StartedAt;
        var before = raised.ToDictionary(key => key, key => ModelRecords.VersionOf(sqlite.Connection, key));
        (T Result, bool Commits) done = default;
        var kept = sqlite.Attempt(() =>
        {
            done = work(sqlite);
            return done.Commits;
        });
        if (kept)
        {
            foreach (var change in sqlite.Changes)
            {
                var key = new WriteKey(Stores.RecordTables.Find(change.Table)!, change.Id);
                changes.Add(new CommittedChange(key, ModelRecords.VersionOf(sqlite.Connection, key)));
                before.Remove(key);
            }
            foreach (var (key, version) in before)
            {
                var now = ModelRecords.VersionOf(sqlite.Connection, key);
                if (now != version) changes.Add(new CommittedChange(key, now, IsRaised: true));
            }
        }
        return done;
    }
}

/// <summary>A listening session.</summary>
internal abstract class ModelListener
{
    /// <summary>The server sends a notice.</summary>
    public abstract void Send(string payload, int process);

    /// <summary>The connection breaks.</summary>
    public abstract void Break();
}
