using System.Text.Json.Serialization;

namespace Nexus.Failover;

/// <summary>Which of two versions wins a conflict. In JSON by the names that earlier versions wrote.</summary>
public enum ConflictWinner
{
    /// <summary>The one that PostgreSQL had.</summary>
    [JsonStringEnumMemberName("Stored")]
    Remote,

    /// <summary>The one from the outbox.</summary>
    [JsonStringEnumMemberName("Spooled")]
    Local,
}
