using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Sqlite;

/// <summary>One caller's writes inside the writer's transaction.</summary>
internal static class SqliteBatch
{
    /// <param name="transaction">The writer's transaction.</param>
    /// <param name="writes">At most one for each record.</param>
    /// <param name="atomic">All or none.</param>
    /// <param name="history">Gets an entry for each change with an author; null for the replica of another store, which has no history.</param>
    public static WriteOutcome[] Apply(
        SqliteWriteTransaction transaction, IReadOnlyList<Write> writes, bool atomic, SqliteHistory? history = null)
    {
        var outcomes = new WriteOutcome[writes.Count];
        // A write checks before it changes anything, so one alone is atomic by itself.
        if (!atomic || writes.Count == 1)
        {
            ApplyAll();
            return outcomes;
        }
        var kept = transaction.Attempt(() =>
        {
            ApplyAll();
            return Array.TrueForAll(outcomes, static outcome => outcome.IsApplied);
        });
        if (!kept)
        {
            for (var i = 0; i < outcomes.Length; i++)
                if (outcomes[i].IsApplied) outcomes[i] = WriteOutcome.RolledBack;
        }
        return outcomes;

        void ApplyAll()
        {
            for (var i = 0; i < outcomes.Length; i++)
            {
                outcomes[i] = history is null || writes[i].Author is null
                    ? ApplyOne(transaction, writes[i])
                    : history.Record(transaction, writes[i], ApplyOne);
                if (outcomes[i].Status == WriteStatus.Applied) transaction.Changes.Add(new StateChange(writes[i].Table.Name, writes[i].RecordId));
            }
        }
    }

    private static WriteOutcome ApplyOne(SqliteWriteTransaction transaction, Write write) =>
        transaction.OneByOne ? ApplyAlone(transaction, write) : ApplyChecked(transaction, write);

    private static WriteOutcome ApplyAlone(SqliteWriteTransaction transaction, Write write)
    {
        var outcome = default(WriteOutcome);
        try
        {
            transaction.Attempt(() =>
            {
                outcome = ApplyChecked(transaction, write);
                return true;
            });
            return outcome;
        }
        catch (Exception error) when (SqliteErrors.IsOfTheWriteAlone(error) && !transaction.Connection.IsAutocommit)
        {
            return WriteOutcome.Failed(SqliteErrors.Rejected(error));
        }
    }

    /// <summary>What only the store can check, because it depends on what is stored, it checks before it changes anything.</summary>
    public static WriteOutcome ApplyChecked(SqliteWriteTransaction transaction, Write write)
    {
        try
        {
            return SqliteOperations.Apply(transaction, write);
        }
        catch (NexusValidationException error)
        {
            return WriteOutcome.Failed(error);
        }
    }
}
