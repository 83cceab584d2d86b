namespace Nexus.Postgres;

/// <summary>How the transaction of a batch ends.</summary>
internal enum TransactionMode
{
    /// <summary>Commits what was applied.</summary>
    Commit,

    /// <summary>Commits if every write was applied, and rolls back otherwise.</summary>
    CommitIfAllApplied,

    /// <summary>Rolls back: the transaction only finds out which writes are refused.</summary>
    RollBack,
}
