using Nexus.Engine;
using Nexus.Postgres;

namespace Nexus.Failover;

/// <summary>What is to be done with a spooled write.</summary>
internal enum ReplayDecision
{
    Apply,

    /// <summary>PostgreSQL has it already, or what it would do is done.</summary>
    Done,

    /// <summary>PostgreSQL's version is newer: it stays, and the write goes to the conflicts.</summary>
    KeepStored,

    /// <summary>PostgreSQL's version is older and from another writer: the write replaces it, and it goes to the conflicts.</summary>
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
    public const string OlderStored = "the record was changed in PostgreSQL before the write was spooled, and the write was made without that change";
    public const string Deleted = "the record was deleted in PostgreSQL in the meantime";
    public const string MayBeApplied = "the write may have been applied before the response was lost, and the record has changed since";

    /// <summary>Whether the record must be read before the write is applied.</summary>
    public static bool MustLook(ReplayItem item) =>
        !item.First.IsForced && (item.Write.Replay == ReplayRule.NewerWins || item.First.IsUnsure && item.Write.Replay != ReplayRule.Once);

    /// <param name="stored">The record as it stands, held by the transaction; null where there is none.</param>
    public static ReplayDecision Judge(ReplayItem item, StoredRecord? stored)
    {
        if (stored is null) return ReplayDecision.Apply;
        if (stored.WriteId == item.Last.WriteId) return ReplayDecision.Done;
        if (IsUntouched(item.First, stored)) return ReplayDecision.Apply;
        // A write that may have been applied precedes what is stored now, whatever the times say: applied again, it would replace a newer record.
        if (item.Write.Replay != ReplayRule.NewerWins || item.First.IsUnsure) return ReplayDecision.KeepStored;
        if (stored.At > item.Last.At) return ReplayDecision.KeepStored;
        if (stored.At < item.First.KnownAt) return ReplayDecision.Apply;
        return item.IsOlderParked ? ReplayDecision.Apply : ReplayDecision.ReplaceOlder;
    }

    /// <summary>What to do with a write that changed nothing.</summary>
    public static ReplayDecision Judge(ReplayItem item, WriteOutcome? refusal) => refusal?.Status switch
    {
        WriteStatus.AlreadyApplied => ReplayDecision.Done,
        WriteStatus.Failed when item.Parts.Count > 1 => ReplayDecision.Split,
        WriteStatus.NotFound when item.Write.IsRemoval => ReplayDecision.Done,
        WriteStatus.NotFound when item.Write.Replay == ReplayRule.Merges => ReplayDecision.KeepStored,
        WriteStatus.NotFound or WriteStatus.InvalidState or WriteStatus.Failed => ReplayDecision.Quarantine,
        _ => ReplayDecision.Again,
    };

    /// <summary>The record has not changed since the version that the write followed.</summary>
    private static bool IsUntouched(OutboxEntry entry, StoredRecord stored) =>
        entry.BaseWriteId != Guid.Empty ? stored.WriteId == entry.BaseWriteId : stored.Version == entry.BaseVersion;
}
