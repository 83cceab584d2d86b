using Nexus.Engine;

namespace Nexus.Sqlite;

/// <summary>The transaction that a group of waiting writes shares: one connection, one instant, one commit.</summary>
internal sealed class SqliteWriteTransaction(SqliteSession connection, DateTimeOffset now, bool oneByOne)
{
    private int _depth;

    public SqliteSession Connection { get; } = connection;

    /// <summary>
    /// The store's time of everything in the transaction, truncated to microseconds. Only the replica sets it, to the time of the records that it
    /// copies.
    /// </summary>
    public DateTimeOffset Now { get; set; } = now;

    /// <summary>
    /// Set when a write of the group failed by itself: then each is applied under its own savepoint, so that only the failed one is lost.
    /// </summary>
    public bool OneByOne { get; } = oneByOne;

    /// <summary>What to announce after the commit.</summary>
    public List<StateChange> Changes { get; } = [];

    /// <summary>Runs a part that can be undone without the rest: when it returns false or throws, nothing of it is left.</summary>
    public bool Attempt(Func<bool> part)
    {
        var changes = Changes.Count;
        var name = $"part{_depth++}";
        Connection.Execute($"SAVEPOINT {name}");
        var keep = false;
        try
        {
            return keep = part();
        }
        finally
        {
            _depth--;
            if (!keep) Changes.RemoveRange(changes, Changes.Count - changes);
            // After an error that made SQLite roll back everything there is no savepoint any more.
            if (!Connection.IsAutocommit)
            {
                if (!keep) Connection.Execute($"ROLLBACK TO {name}");
                Connection.Execute($"RELEASE {name}");
            }
        }
    }
}

/// <summary>Something to do inside a transaction of the writer. It may run twice, the second time after the first was rolled back.</summary>
internal abstract class EmbeddedWork : SqliteCall
{
    /// <summary>How many writes it stands for.</summary>
    public abstract int Writes { get; }

    public abstract void Run(SqliteWriteTransaction transaction);

    /// <summary>Gives the caller the result, after the commit.</summary>
    public abstract void Complete();
}
