using Nexus.BotState;
using Nexus.Engine;
using Nexus.Postgres;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Failover;

/// <summary>What is to be done with a spooled write.</summary>
internal enum ReplayDecision
{
    Apply,

    /// <summary>PostgreSQL has it already, or what it would do is done.</summary>
    Done,

    /// <summary>PostgreSQL's version is newer: it stays, and the write goes to the conflicts.</summary>
    KeepStored,

    /// <summary>PostgreSQL's version is older and somebody else's: the write replaces it, and it goes to the conflicts.</summary>
    ReplaceOlder,

    /// <summary>It cannot be applied and there is nothing to choose from.</summary>
    Quarantine,

    /// <summary>The record changed during the replay: look again.</summary>
    Again,

    /// <summary>It is composed of several writes, and PostgreSQL refuses it: they are sent one by one.</summary>
    Split,
}

/// <summary>The rule of each kind, docs/reliability.md: patches merge, whole records keep the newer, trades never conflict.</summary>
internal static class ReplayRules
{
    public const string NewerStored = "the record was changed in PostgreSQL after the write was spooled";
    public const string OlderStored = "the record was changed in PostgreSQL before the write was spooled, and the write did not know of it";
    public const string Deleted = "the record was deleted in PostgreSQL in the meantime";
    public const string MayBeApplied = "the write may have been applied before the answer was lost, and the record has changed since";

    /// <summary>Whether the record must be looked at before the write is applied.</summary>
    public static bool MustLook(ReplayItem item) =>
        !item.First.IsForced && (IsWhole(item.Write) || item.First.IsUnsure && item.Write is not (OpenTrade or CloseTrade));

    /// <param name="stored">The record as it stands, held by the transaction; null where there is none.</param>
    public static ReplayDecision Judge(ReplayItem item, StoredRecord? stored)
    {
        if (stored is null) return ReplayDecision.Apply;
        if (stored.WriteId == item.Last.WriteId) return ReplayDecision.Done;
        if (IsUntouched(item.First, stored)) return ReplayDecision.Apply;
        if (!IsWhole(item.Write)) return ReplayDecision.KeepStored;
        if (stored.At > item.Last.At) return ReplayDecision.KeepStored;
        if (stored.At < item.First.KnownAt) return ReplayDecision.Apply;
        return item.IsOlderParked ? ReplayDecision.Apply : ReplayDecision.ReplaceOlder;
    }

    /// <summary>What to do with a write that changed nothing.</summary>
    public static ReplayDecision Judge(ReplayItem item, WriteOutcome? refusal) => refusal?.Status switch
    {
        WriteStatus.AlreadyApplied => ReplayDecision.Done,
        WriteStatus.Failed when item.Parts.Count > 1 => ReplayDecision.Split,
        WriteStatus.NotFound when item.Write is DeleteSession or RemoveUser or RemoveSystemConfig => ReplayDecision.Done,
        WriteStatus.NotFound when item.Write is PatchSessionConfig or ExtendUser => ReplayDecision.KeepStored,
        WriteStatus.NotFound or WriteStatus.InvalidState or WriteStatus.Failed => ReplayDecision.Quarantine,
        _ => ReplayDecision.Again,
    };

    /// <summary>The write as it is sent: where there was no record, one that appears in this moment is not overwritten.</summary>
    public static Write Guarded(ReplayItem item, bool isAbsent) => !isAbsent ? item.Write : item.Write switch
    {
        SaveSession save => save with { ExpectedVersion = 0 },
        SaveUser save => save with { ExpectedVersion = 0 },
        ChangeBotState { Replace: true } change => change with { ExpectedVersion = 0 },
        SetSystemConfig set => set with { ExpectedVersion = 0 },
        _ => item.Write,
    };

    public static bool IsWhole(Write write) =>
        write is SaveSession or DeleteSession or SaveUser or RemoveUser or SetSystemConfig or RemoveSystemConfig or ChangeBotState { Replace: true };

    /// <summary>Nobody has written the record since the version that the write followed.</summary>
    private static bool IsUntouched(OutboxEntry entry, StoredRecord stored) =>
        entry.BaseWriteId != Guid.Empty ? stored.WriteId == entry.BaseWriteId : stored.Version == entry.BaseVersion;
}
