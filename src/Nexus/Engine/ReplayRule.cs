namespace Nexus.Engine;

/// <summary>How a spooled write is applied to PostgreSQL later: docs/reliability.md.</summary>
internal enum ReplayRule
{
    /// <summary>A whole record: if PostgreSQL's version is newer than the write it stays, and both go to the list of conflicts.</summary>
    NewerWins,

    /// <summary>Merged into whatever is stored. If the record no longer exists, the write goes to the list of conflicts.</summary>
    Merges,

    /// <summary>Applied once, by the identity of its record, and never in conflict. If it cannot be applied it goes to the quarantine.</summary>
    Once,

    /// <summary>Never spooled.</summary>
    Never,
}
