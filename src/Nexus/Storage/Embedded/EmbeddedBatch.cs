using Nexus.BotState;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Storage.Embedded;

/// <summary>One caller's writes inside the writer's transaction.</summary>
internal static class EmbeddedBatch
{
    public static WriteOutcome[] Apply(EmbeddedTransaction transaction, IReadOnlyList<Write> writes, bool atomic)
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

    private static WriteOutcome ApplyAlone(EmbeddedTransaction transaction, Write write)
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
        catch (Exception error) when (EmbeddedErrors.IsOfTheWriteAlone(error) && !transaction.Connection.IsAutocommit)
        {
            return WriteOutcome.Failed(EmbeddedErrors.Rejected(error));
        }
    }

    /// <summary>What only the store can check, because it depends on what is stored, it checks before it changes anything.</summary>
    public static WriteOutcome ApplyChecked(EmbeddedTransaction transaction, Write write)
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

    private static WriteOutcome ApplyOne(EmbeddedTransaction transaction, Write write) => write switch
    {
        SaveSession save => EmbeddedSessions.Save(transaction, save),
        PatchSessionConfig patch => EmbeddedSessions.Patch(transaction, patch),
        DeleteSession delete => EmbeddedSessions.Delete(transaction, delete),
        ResealSession reseal => EmbeddedSessions.Reseal(transaction, reseal),
        SaveUser save => EmbeddedUsers.Save(transaction, save),
        ExtendUser extend => EmbeddedUsers.Extend(transaction, extend),
        RemoveUser remove => EmbeddedUsers.Remove(transaction, remove),
        ChangeBotState change => EmbeddedBotState.Change(transaction, change),
        SetSystemConfig set => EmbeddedSystemConfig.Set(transaction, set),
        RemoveSystemConfig remove => EmbeddedSystemConfig.Remove(transaction, remove),
        ResealSystemConfig reseal => EmbeddedSystemConfig.Reseal(transaction, reseal),
        OpenTrade open => EmbeddedTrades.Open(transaction, open),
        CloseTrade close => EmbeddedTrades.Close(transaction, close),
        ResealTrade reseal => EmbeddedTrades.Reseal(transaction, reseal),
        _ => throw new NotSupportedException($"the embedded store does not know {write.GetType().Name}"),
    };
}
