using System.Diagnostics.CodeAnalysis;
using Nexus.Engine;
using Nexus.Infrastructure;

namespace Nexus.BotState;

/// <summary>The switches as a store holds them.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record BotStateRow(
    ReadOnlyMemory<byte> Strategies,
    ReadOnlyMemory<byte> Groups,
    IReadOnlyList<string> DisabledAssets,
    bool AiFilter,
    long Version,
    DateTimeOffset LastUpdated) : IStateRow
{
    /// <summary>The local replica that gave the row; null for a row of the store.</summary>
    internal ReplicaSource? Replica { get; init; }

    internal static RecordTable Table { get; } = new()
    {
        Name = "bot_state",
        KeyColumn = "id",
        LockOrder = 2,
        Number = 2,
        Describe = _ => "the bot state",
        RestoringKind = ChangeBotState.KindName,
        Signals = SignalPart.Bot,
        DecidesAccess = true,
        KeepsHistory = true,
    };

    /// <summary>The one record.</summary>
    internal static WriteKey TheOne { get; } = new(Table, "1");

    /// <summary>What holds when nothing was ever written: nothing enabled, nothing disabled, the AI filter on (the audit's column default).</summary>
    internal static BotStateRow Default { get; } = new("{}"u8.ToArray(), "{}"u8.ToArray(), [], AiFilter: true, Version: 0, DateTimeOffset.UnixEpoch);

    WriteKey IStateRow.RecordKey => TheOne;

    DateTimeOffset? IStateRow.WrittenAt => LastUpdated;

    DateTimeOffset IStateRow.AsOf => LastUpdated;

    Write IStateRow.ToWrite() => new ChangeBotState(Strategies, Groups, AssetChange.Replace(DisabledAssets), AiFilter, Replace: true);

    IReadOnlyList<RecordField> IStateRow.Fields =>
    [
        RecordField.Document("enabledStrategies", NexusBotState.Place("enabled_strategies"), Strategies),
        RecordField.Document("groupConfig", NexusBotState.Place("group_config"), Groups),
        .. DisabledAssets.Select(asset => RecordField.Of(
            $"disabledAssets/{asset.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", "true")),
        RecordField.Of("aiFilterEnabled", AiFilter ? "true" : "false"),
    ];

    /// <summary>The record and its version, never its content.</summary>
    public override string ToString() => $"the bot state, version {Version}";

    /// <summary>The switches are one record, so their version rises as with any other change.</summary>
    Write? IStateRow.ReplaceSecrets(SecretVisitor visitor)
    {
        var strategies = visitor.Document(NexusBotState.Place("enabled_strategies"), Strategies);
        var groups = visitor.Document(NexusBotState.Place("group_config"), Groups);
        return strategies is null && groups is null
            ? null
            : new ChangeBotState(
                strategies ?? Strategies, groups ?? Groups, AssetChange.Replace(DisabledAssets), AiFilter, Replace: true, Version);
    }
}
