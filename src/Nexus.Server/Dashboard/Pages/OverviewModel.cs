using Nexus.Failover;
using Nexus.Operations.Backup;
using Nexus.Stores;

namespace Nexus.Server.Dashboard;

/// <summary>The overview: what is not well, the present figures and the last hour.</summary>
public sealed class OverviewModel
{
    /// <summary>What is not well, worst first.</summary>
    public required IReadOnlyList<HealthItem> Health { get; init; }

    /// <summary>Equal as long as the same things are not well.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The present figures.</summary>
    public required IReadOnlyList<Tile> Tiles { get; init; }

    /// <summary>The last hour.</summary>
    public required IReadOnlyList<ChartModel> Charts { get; init; }

    /// <summary>The store; null if it was never read.</summary>
    public StoreStatus? Store { get; init; }

    /// <summary>The failover; null without one.</summary>
    public FallbackStatus? Fallback { get; init; }

    /// <summary>The backups; null without a target.</summary>
    public BackupStatus? Backups { get; init; }

    /// <summary>Free and all bytes of the disk of the data folder; null if unknown.</summary>
    public (long Free, long All)? Disk { get; init; }

    /// <summary>Resident memory of the server in bytes.</summary>
    public long Memory { get; init; }

    /// <summary>Since when the server runs.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>The encryption keys, the one that seals first.</summary>
    public required IReadOnlyList<string> KeyIds { get; init; }

    /// <summary>A present figure.</summary>
    /// <param name="Id">Its name in the live stream, and of its text.</param>
    /// <param name="Value">The value as it is shown.</param>
    /// <param name="Unit">What it counts.</param>
    public sealed record Tile(string Id, string Value, string Unit);
}
