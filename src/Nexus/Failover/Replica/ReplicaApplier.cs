using Nexus.Engine;
using Nexus.Sqlite;

namespace Nexus.Failover;

/// <summary>
/// Applies to the local replica what PostgreSQL applied: the same write on the same version at the same time makes the same record.
/// </summary>
internal static class ReplicaApplier
{
    /// <summary>False if the replica's record is not the one that PostgreSQL changed: it must be read.</summary>
    public static bool TryApply(SqliteWriteTransaction transaction, ReplicaChange record)
    {
        var now = transaction.Now;
        try
        {
            return transaction.Attempt(() => record.Applied.TrueForAll(applied => TryApply(transaction, record, applied)));
        }
        finally
        {
            transaction.Now = now;
        }
    }

    private static bool TryApply(SqliteWriteTransaction transaction, ReplicaChange record, AppliedWrite applied)
    {
        var key = applied.Write.Key;
        if (SqliteTables.Of(key.Table).Find(transaction.Connection, applied.Write) is not var (before, _)) return false;
        var isRemoval = applied.Write.IsRemoval;
        // A comparison of the tables has applied it already. A record that was created again begins at version 1.
        if (before >= applied.Version && !isRemoval && applied.Version > 1) return before == applied.Version || !applied.Write.ReplacesRecord;
        if (before != applied.From && !applied.Write.ReplacesRecord) return false;
        // What this removes may be a later record of another instance. It is removed all the same, for an outage that begins before it is read.
        if (isRemoval && before > 0 && before != applied.Version) record.MustBeRead = true;
        transaction.Now = SqliteTime.Truncate(applied.At);
        var outcome = SqliteBatch.ApplyChecked(transaction, applied.Write.WithoutCondition());
        if (outcome.Status == WriteStatus.NotFound) return isRemoval;
        if (!outcome.IsApplied) return false;
        if (outcome.Version == applied.Version || outcome.Status != WriteStatus.Applied) return true;
        if (key.Table.HasNamesakes) return false;
        SqliteTables.Of(key.Table).SetVersion(transaction, key.Id, applied.Version);
        return true;
    }
}
