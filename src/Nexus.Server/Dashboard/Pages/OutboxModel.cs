using Nexus.Failover;

namespace Nexus.Server.Dashboard;

/// <summary>The outbox: pending writes, conflicts and refused writes.</summary>
public sealed class OutboxModel
{
    /// <summary>The failover; null without one.</summary>
    public FallbackStatus? Status { get; init; }

    /// <summary>The conflicts of this page.</summary>
    public IReadOnlyList<OutboxConflict> Conflicts { get; init; } = [];

    /// <summary>The number after which the next page of conflicts begins; null on the last.</summary>
    public long? NextConflict { get; init; }

    /// <summary>The refused writes of this page.</summary>
    public IReadOnlyList<QuarantinedWrite> Quarantined { get; init; } = [];

    /// <summary>The number after which the next page of refused writes begins; null on the last.</summary>
    public long? NextQuarantined { get; init; }

    /// <summary>Whether this is not the first page.</summary>
    public bool IsLater { get; init; }

    /// <summary>Why a change failed; null if it did not.</summary>
    public string? Error { get; init; }
}
