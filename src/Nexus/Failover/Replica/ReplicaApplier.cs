using Nexus.BotState;
using Nexus.Engine;
using Nexus.Sessions;
using Nexus.Sqlite;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Failover;

/// <summary>Repeats in the copy what PostgreSQL applied: the same write on the same version at the same time makes the same record.</summary>
internal static class ReplicaApplier
{
    /// <summary>False where the copy's record is not the one that PostgreSQL changed: it must be read.</summary>
    public static bool TryApply(SqliteWriteTransaction transaction, ReplicaChange record)
    {
        var now = transaction.Now;
        try
        {
            return transaction.Attempt(() => record.Applied.TrueForAll(applied => TryApply(transaction, applied)));
        }
        finally
        {
            transaction.Now = now;
        }
    }

    private static bool TryApply(SqliteWriteTransaction transaction, AppliedWrite applied)
    {
        var key = applied.Write.Key;
        if (SqliteReplica.Find(transaction.Connection, applied.Write) is not var (before, _)) return false;
        var isRemoval = applied.Write is DeleteSession or RemoveUser or RemoveSystemConfig;
        // A comparison of the tables has brought it already. A record that was made anew begins at version 1 again.
        if (before >= applied.Version && !isRemoval && applied.Version > 1) return before == applied.Version || !ReplicaBacklog.IsWhole(applied.Write);
        if (before != applied.From && !ReplicaBacklog.IsWhole(applied.Write)) return false;
        transaction.Now = SqliteTime.Truncate(applied.At);
        var outcome = SqliteBatch.ApplyChecked(transaction, Unconditional(applied.Write));
        if (outcome.Status == WriteStatus.NotFound) return isRemoval;
        if (!outcome.IsApplied) return false;
        if (outcome.Version == applied.Version || outcome.Status != WriteStatus.Applied) return true;
        if (key.Table == StateTable.Trades) return false;
        SqliteReplica.SetVersion(transaction, key, applied.Version);
        return true;
    }

    /// <summary>Its condition was judged where it was applied.</summary>
    public static Write Unconditional(Write write) => write switch
    {
        SaveSession save => save with { ExpectedVersion = null },
        PatchSessionConfig patch => patch with { ExpectedVersion = null },
        DeleteSession delete => delete with { ExpectedVersion = null },
        SaveUser save => save with { ExpectedVersion = null },
        RemoveUser remove => remove with { ExpectedVersion = null },
        ChangeBotState change => change with { ExpectedVersion = null },
        SetSystemConfig set => set with { ExpectedVersion = null },
        RemoveSystemConfig remove => remove with { ExpectedVersion = null },
        OpenTrade open => open with { WasAccepted = true },
        _ => write,
    };
}
