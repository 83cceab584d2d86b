using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Postgres;
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
internal sealed partial class ModelServer(string folder, TimeProvider clock, Func<TimeSpan, Task> wait) : IAsyncDisposable
{
    /// <summary>The process behind connections that send no notices of their own.</summary>
    private const int NoClient = -1;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, DateTimeOffset?> _ledger = [];
    private readonly Dictionary<Guid, ModelTransaction> _committing = [];
    private readonly List<ModelTransaction> _active = [];
    private readonly List<ModelListener> _listeners = [];
    private int _processes;

    /// <summary>What it says of itself to a new connection.</summary>
    public ServerLook Look => new(IsStandby, IsReadOnly: IsStandby, Timeline, "7011");

    /// <summary>It has no content of its own and takes no calls.</summary>
    public bool IsStandby { get; init; }

    /// <summary>Raised by each promotion.</summary>
    public int Timeline { get; init; } = 1;

    /// <summary>The way to its standby; null for a server that is alone.</summary>
    public Replication? Replication { get; set; }

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
            if (Shard?.Mover?.Link == session) Shard.Mover = null;
        }
    }

    public void RollBack(ModelTransaction transaction)
    {
        // What is on the disk cannot be taken back: it waits for the standby, whatever becomes of the client.
        if (transaction.IsDurable) return;
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
            WalEntry? entry = null;
            if (Replication is not null)
            {
                entry = new WalEntry { Work = (other, own) => other.ApplyAsync(transaction, batch, [], work, raised ?? [], own) };
                if (Replication.IsSynchronous)
                {
                    transaction.IsDurable = true;
                    await Replication.SendAsync(entry).ConfigureAwait(false);
                }
            }
            var result = await ApplyAsync(transaction, batch, notices, work, raised ?? [], entry).ConfigureAwait(false);
            if (entry is not null && Replication is { IsSynchronous: false }) await Replication.SendAsync(entry).ConfigureAwait(false);
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

    /// <summary>Does the work of a commit, which everybody sees from then on.</summary>
    private async Task<T> ApplyAsync<T>(ModelTransaction transaction, Guid? batch, string[] notices,
        Func<SqliteWriteTransaction, (T Result, bool Commits)> work, IReadOnlyCollection<WriteKey> raised, WalEntry? entry)
    {
        List<CommittedChange> changes = [];
        var (result, commits) = await Records.TransactAsync(
            sqlite => Run(sqlite, transaction, work, raised, changes), 1, CancellationToken.None).ConfigureAwait(false);
        if (entry is not null)
        {
            (entry.IsApplied, entry.Changes, entry.Length) = (true, changes, LengthOfLog());
            if (commits && batch is { } known) entry.Redo = other => other._ledger[known] = transaction.StartedAt;
        }
        if (!commits) return result;
        lock (_gate)
        {
            if (batch is { } committed) _ledger[committed] = transaction.StartedAt;
            Shard?.Note(transaction.Leaving, changes);
            Committed(changes);
            foreach (var notice in notices) Notify(notice, NoClient);
        }
        return result;
    }

    /// <summary>Sends a change beside the records to the standby; returns when it is as safe as a commit.</summary>
    public Task ShareAsync(Action<ModelServer> redo) => Replication is { } replication
        ? replication.SendAsync(new WalEntry { Redo = redo, IsApplied = true })
        : Task.CompletedTask;

    /// <summary>Begins where a part of the log of another server ends, whose records it has already.</summary>
    /// <returns>Its own log.</returns>
    public async Task<IReadOnlyList<WalEntry>> FollowAsync(IEnumerable<WalEntry> log)
    {
        List<WalEntry> own = [];
        foreach (var entry in log)
        {
            var copy = new WalEntry { IsReceived = true, IsApplied = true, Redo = entry.Redo };
            if (entry.IsApplied) entry.Redo?.Invoke(this);
            else await entry.Work!(this, copy).ConfigureAwait(false);
            own.Add(copy);
        }
        FirstLength = LengthOfLog();
        return own;
    }

    /// <summary>It is back after a crash: what the standby had acknowledged is on its disk.</summary>
    public async Task RecoverAsync()
    {
        if (Replication is null) return;
        foreach (var entry in Replication.Resume()) await entry.Work!(this, entry).ConfigureAwait(false);
    }

    /// <summary>Copies its records as a part of their log left them.</summary>
    /// <param name="target">The folder of the copy.</param>
    /// <param name="kept">What the copy has; null for everything that was done.</param>
    public void CopyTo(string target, IReadOnlyList<WalEntry>? kept)
    {
        Directory.CreateDirectory(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Copy(Path.Combine(folder, SqliteStore.FileName), Path.Combine(target, SqliteStore.FileName));
        if (!File.Exists(LogFile)) return;
        var copy = Path.Combine(target, Path.GetFileName(LogFile));
        File.Copy(LogFile, copy);
        if (kept is null) return;
        var length = kept.LastOrDefault(entry => entry.Length > 0)?.Length ?? FirstLength;
        using var log = File.OpenHandle(copy, FileMode.Open, FileAccess.ReadWrite);
        if (RandomAccess.GetLength(log) > length) RandomAccess.SetLength(log, length);
    }

    /// <summary>
    /// The records are kept without a log: their durability is modelled. Only for a server without a standby, which begins with a part of the log.
    /// </summary>
    public Task KeepNoLogAsync() => Records.ReadAsync(
        connection => (connection.ReadText("PRAGMA journal_mode = MEMORY"), connection.Execute("PRAGMA synchronous = OFF")), CancellationToken.None);

    /// <summary>The log of the records must not begin anew: a standby has a part of it.</summary>
    public async Task KeepLogAsync()
    {
        await Records.TransactAsync(
            transaction => transaction.Connection.ReadNumber("PRAGMA wal_autocheckpoint = 0"), 1, CancellationToken.None).ConfigureAwait(false);
        FirstLength = LengthOfLog();
    }

    /// <summary>The length of the log before the first entry of its own.</summary>
    public long FirstLength { get; private set; }

    private long LengthOfLog() => new FileInfo(LogFile) is { Exists: true } file ? file.Length : 0;

    private string LogFile => Path.Combine(folder, SqliteStore.FileName + "-wal");

    /// <summary>The status of a batch. One that comes later finds the row that this makes.</summary>
    public async Task<DateTimeOffset?> AskAsync(Guid batch)
    {
        Admit();
        // A commit that waits for a standby may take seconds.
        var pause = TimeSpan.FromMilliseconds(Replication is null ? 1 : 20);
        while (IsCommitting(batch)) await wait(pause).ConfigureAwait(false);
        bool isNew;
        lock (_gate) isNew = _ledger.TryAdd(batch, null);
        if (isNew) await ShareAsync(other => other._ledger.TryAdd(batch, null)).ConfigureAwait(false);
        return Peek(batch);
    }

    private bool IsCommitting(Guid batch)
    {
        lock (_gate) return _committing.ContainsKey(batch);
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
            foreach (var transaction in _active)
            {
                transaction.IsOver = true;
                // They may be others' when it ends.
                transaction.Held.Clear();
            }
            _active.Clear();
            _committing.Clear();
            Locks.Clear();
            Shard?.Clear();
            Replication?.Break();
            foreach (var listener in _listeners.ToList()) listener.Break();
            _listeners.Clear();
        }
    }

    public ValueTask DisposeAsync() => IsStandby ? ValueTask.CompletedTask : Records.DisposeAsync();

    private void End(ModelTransaction transaction)
    {
        _active.Remove(transaction);
        Locks.Release(transaction);
        Shard?.Release(transaction);
    }

    internal static string Name(WriteKey key) => $"{key.Table.Name} {key.Id}";

    /// <summary>The opposite of <see cref="Name"/>.</summary>
    internal static WriteKey KeyOf(string name)
    {
        var end = name.IndexOf(' ', StringComparison.Ordinal);
        return new WriteKey(Stores.RecordTables.Find(name[..end])!, name[(end + 1)..]);
    }

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
