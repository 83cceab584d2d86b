using Nexus.Engine;

namespace Nexus.BotState;

/// <summary>The switches as a store holds them.</summary>
internal sealed record BotStateRow(
    ReadOnlyMemory<byte> Strategies,
    ReadOnlyMemory<byte> Groups,
    IReadOnlyList<string> DisabledAssets,
    bool AiFilter,
    long Version,
    DateTimeOffset LastUpdated)
{
    /// <summary>The local replica that gave the row; null for a row of the store.</summary>
    public ReplicaSource? Replica { get; init; }

    /// <summary>What holds when nothing was ever written: nothing enabled, nothing disabled, the AI filter on (the audit's column default).</summary>
    public static BotStateRow Default { get; } = new("{}"u8.ToArray(), "{}"u8.ToArray(), [], AiFilter: true, Version: 0, DateTimeOffset.UnixEpoch);
}
