using Nexus.BotState;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Sqlite;

/// <summary>One caller's writes inside the writer's transaction.</summary>
internal static class SqliteBatch
{
    public static WriteOutcome[] Apply(SqliteWriteTransaction transaction, IReadOnlyList<Write> writes, bool atomic)
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
                outcomes[i] = transaction.OneByOne ? ApplyAlone(transaction, writes[i]) : ApplyChecked(transaction, writes[i]);
                if (outcomes[i].Status == WriteStatus.Applied) transaction.Changes.Add(new StateChange(writes[i].Key.Table.ToName(), writes[i].Key.Id));
            }
        }
    }

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
            return ApplyOne(transaction, write);
        }
        catch (NexusValidationException error)
        {
            return WriteOutcome.Failed(error);
        }
    }

    private static WriteOutcome ApplyOne(SqliteWriteTransaction transaction, Write write) => write switch
    {
        SaveSession save => SqliteSessions.Save(transaction, save),
        PatchSessionConfig patch => SqliteSessions.Patch(transaction, patch),
        DeleteSession delete => SqliteSessions.Delete(transaction, delete),
        ResealSession reseal => SqliteSessions.Reseal(transaction, reseal),
        SaveUser save => SqliteUsers.Save(transaction, save),
        ExtendUser extend => SqliteUsers.Extend(transaction, extend),
        RemoveUser remove => SqliteUsers.Remove(transaction, remove),
        ChangeBotState change => SqliteBotState.Change(transaction, change),
        SetSystemConfig set => SqliteSystemConfig.Set(transaction, set),
        RemoveSystemConfig remove => SqliteSystemConfig.Remove(transaction, remove),
        ResealSystemConfig reseal => SqliteSystemConfig.Reseal(transaction, reseal),
        OpenTrade open => SqliteTrades.Open(transaction, open),
        CloseTrade close => SqliteTrades.Close(transaction, close),
        ResealTrade reseal => SqliteTrades.Reseal(transaction, reseal),
        _ => throw new NotSupportedException($"the embedded store does not know {write.GetType().Name}"),
    };
}
