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
    /// <summary>What holds when nothing was ever written: nothing enabled, nothing disabled, the AI filter on (the audit's column default).</summary>
    public static BotStateRow Default { get; } = new("{}"u8.ToArray(), "{}"u8.ToArray(), [], AiFilter: true, Version: 0, DateTimeOffset.UnixEpoch);
}
