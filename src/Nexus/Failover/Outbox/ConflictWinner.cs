namespace Nexus.Failover;

/// <summary>Which of two versions wins a conflict.</summary>
public enum ConflictWinner
{
    /// <summary>The one that PostgreSQL had.</summary>
    Remote,

    /// <summary>The one from the outbox.</summary>
    Local,
}
