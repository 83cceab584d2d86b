namespace Nexus.Storage;

/// <summary>Which of two versions stands.</summary>
public enum KeptVersion
{
    /// <summary>The one that PostgreSQL had.</summary>
    Stored,

    /// <summary>The one from the outbox.</summary>
    Spooled,
}
