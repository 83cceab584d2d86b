using Nexus.Engine;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>What a statement does to the record that a write names.</summary>
internal enum StatementKind
{
    /// <summary>Makes the record where it is missing.</summary>
    Creates,

    /// <summary>Changes a record that is there.</summary>
    Changes,

    /// <summary>Another encryption key, nothing else: version, time and last write stay.</summary>
    Reseals,

    /// <summary>Removes the record.</summary>
    Removes,

    /// <summary>Makes a trade; one that is there stays as it is.</summary>
    Opens,

    /// <summary>Closes a trade that is open.</summary>
    Closes,

    /// <summary>Adds to a trade what it may refuse by its content, or have already.</summary>
    Adds,

    /// <summary>Ends the run of a claim, unless another claim followed.</summary>
    Completes,
}

/// <summary>
/// One kind of write as SQL. Every statement returns the key, the version and the time of each record that it changed, and nothing for the others.
/// </summary>
/// <param name="table">The table whose records it changes.</param>
/// <param name="rank">Its place among the statements of the table in a transaction, 0 to 15.</param>
/// <param name="effect">What it does to a record.</param>
internal abstract class Statement(RecordTable table, int rank, StatementKind effect)
{
    /// <summary>Small enough that the server works on one statement while the next is still on its way.</summary>
    protected const int LargestArray = 500;

    public RecordTable Table => table;

    public StatementKind StatementKind => effect;

    /// <summary>The order in which a transaction runs its statements.</summary>
    public int Order => (table.LockOrder * 16) + rank;

    /// <summary>Whether it may have to wait for another transaction that holds the record.</summary>
    public bool TakesRows => effect != StatementKind.Opens;

    /// <summary>Writes that go into one statement at most; a larger batch has several.</summary>
    public abstract int MaxRows { get; }

    /// <summary>The statement for these writes, which are all of its kind and in key order.</summary>
    public abstract NpgsqlBatchCommand ToCommand(ReadOnlySpan<Write> writes);

    /// <summary>The version that the write names, or null.</summary>
    public abstract long? ExpectedVersion(Write write);

    /// <summary>Whether the statement itself may refuse the write where there is no record, so that nothing in the record tells why.</summary>
    public abstract bool MayRefuse(Write write);
}
