using System.Text.Json;
using Nexus.Engine;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.BotState;

/// <summary>
/// A change of the bot's switches (one record, id 1). Members left out stay as they are. Always creates the record where it is missing.
/// </summary>
/// <param name="Strategies">Merge patch of enabled_strategies, or its replacement when <paramref name="Replace"/>.</param>
/// <param name="Groups">Merge patch of group_config, or its replacement when <paramref name="Replace"/>.</param>
/// <param name="Assets">How disabled_assets changes.</param>
/// <param name="AiFilter">The AI filter's switch.</param>
/// <param name="Replace">The whole record is given: members left out fall back to their defaults.</param>
/// <param name="ExpectedVersion">As in <see cref="ConditionalWrite"/>.</param>
internal sealed record ChangeBotState(
    ReadOnlyMemory<byte>? Strategies = null,
    ReadOnlyMemory<byte>? Groups = null,
    AssetChange? Assets = null,
    bool? AiFilter = null,
    bool Replace = false,
    long? ExpectedVersion = null) : ConditionalWrite(ExpectedVersion)
{
    public const string KindName = "change_bot_state";

    internal override RecordTable Table => BotStateRow.Table;

    internal override string RecordId => BotStateRow.TheOne.Id;

    internal override string Kind => KindName;

    internal override bool CreatesRecord => true;

    internal override bool IsRemoval => false;

    internal override bool ReplacesRecord => Replace;

    internal override ReplayRule Replay => Replace ? ReplayRule.NewerWins : ReplayRule.Merges;

    internal override string? SpoolRefusal => null;

    private protected override int PayloadBytes => (Strategies?.Length ?? 0) + (Groups?.Length ?? 0);

    internal override Write Settle(DateTimeOffset now) => this;

    internal override Write? TryCompose(Write next)
    {
        if (ExpectedVersion is not null || next is not ChangeBotState { ExpectedVersion: null } change) return null;
        if (change.Replace) return change;
        if (!TryMerge(Strategies, change.Strategies, out var strategies) || !TryMerge(Groups, change.Groups, out var groups)) return null;
        return change with
        {
            Strategies = strategies,
            Groups = groups,
            Assets = AssetChange.Compose(Assets, change.Assets),
            AiFilter = change.AiFilter ?? AiFilter,
            Replace = Replace,
        };

        // Over a replacement the second is applied as a patch is; over a patch the two patches become one.
        bool TryMerge(ReadOnlyMemory<byte>? first, ReadOnlyMemory<byte>? second, out ReadOnlyMemory<byte>? both)
        {
            both = first;
            if (both is null && second is not null && Replace) both = "{}"u8.ToArray();
            if (second is not { } patch) return true;
            if (both is not { } under) { both = patch; return true; }
            if (under.Length + patch.Length > MergePatch.MaxComposed) return false;
            byte[]? merged = Replace ? MergePatch.Apply(under.Span, patch.Span) : MergePatch.TryCompose(under.Span, patch.Span);
            both = merged is null ? null : (ReadOnlyMemory<byte>?)merged;
            return merged is not null;
        }
    }

    internal override void WriteBody(Utf8JsonWriter json)
    {
        if (Strategies is { } strategies) json.WriteJson("strategies"u8, strategies);
        if (Groups is { } groups) json.WriteJson("groups"u8, groups);
        if (Assets is { } assets)
        {
            json.WriteTexts("assets_set"u8, assets.Set);
            json.WriteTexts("assets_added"u8, assets.Add);
            json.WriteTexts("assets_removed"u8, assets.Remove);
        }
        if (AiFilter is { } aiFilter) json.WriteBoolean("ai_filter"u8, aiFilter);
        json.WriteBoolean("replace"u8, Replace);
    }

    public static ChangeBotState Read(string id, JsonElement body) => new(
        body.ReadOptionalJson("strategies"u8),
        body.ReadOptionalJson("groups"u8),
        body.ReadTexts("assets_added"u8) is { } added
            ? new AssetChange(body.ReadTexts("assets_set"u8), added, body.ReadTexts("assets_removed"u8) ?? [])
            : null,
        body.TryGetProperty("ai_filter"u8, out var aiFilter) ? aiFilter.GetBoolean() : null,
        body.GetProperty("replace"u8).GetBoolean());

    public override Write? ReplaceSecrets(SecretVisitor visitor)
    {
        var strategies = visitor.Document(NexusBotState.Place("enabled_strategies"), Strategies);
        var groups = visitor.Document(NexusBotState.Place("group_config"), Groups);
        return strategies is null && groups is null ? null : this with { Strategies = strategies ?? Strategies, Groups = groups ?? Groups };
    }
}
