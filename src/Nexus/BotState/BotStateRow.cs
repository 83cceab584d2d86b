using Nexus.Engine;

namespace Nexus.BotState;

/// <summary>The switches as a store holds them.</summary>
internal sealed record BotStateRow(
    ReadOnlyMemory<byte> Strategies,
    ReadOnlyMemory<byte> Groups,
    IReadOnlyList<string> DisabledAssets,
    bool AiFilter,
    long Version,
    DateTimeOffset LastUpdated) : IStateRow
{
    /// <summary>The local replica that gave the row; null for a row of the store.</summary>
    public ReplicaSource? Replica { get; init; }

    public static RecordTable Table { get; } = new()
    {
        Name = "bot_state",
        KeyColumn = "id",
        LockOrder = 2,
        Number = 2,
        Describe = _ => "the bot state",
        RestoringKind = ChangeBotState.KindName,
    };

    /// <summary>The one record.</summary>
    public static WriteKey TheOne { get; } = new(Table, "1");

    /// <summary>What holds when nothing was ever written: nothing enabled, nothing disabled, the AI filter on (the audit's column default).</summary>
    public static BotStateRow Default { get; } = new("{}"u8.ToArray(), "{}"u8.ToArray(), [], AiFilter: true, Version: 0, DateTimeOffset.UnixEpoch);

    public WriteKey RecordKey => TheOne;

    public DateTimeOffset? WrittenAt => LastUpdated;

    public DateTimeOffset AsOf => LastUpdated;

    public Write ToWrite() => new ChangeBotState(Strategies, Groups, AssetChange.Replace(DisabledAssets), AiFilter, Replace: true);

    /// <summary>The switches are one record, so their version rises as with any other change.</summary>
    public Write? ReplaceSecrets(SecretVisitor visitor)
    {
        var strategies = visitor.Document(NexusBotState.Place("enabled_strategies"), Strategies);
        var groups = visitor.Document(NexusBotState.Place("group_config"), Groups);
        return strategies is null && groups is null
            ? null
            : new ChangeBotState(
                strategies ?? Strategies, groups ?? Groups, AssetChange.Replace(DisabledAssets), AiFilter, Replace: true, Version);
    }
}
