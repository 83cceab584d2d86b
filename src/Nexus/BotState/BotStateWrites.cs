using Nexus.Engine;
using Nexus.Json;

namespace Nexus.BotState;

/// <summary>
/// A change of the bot's switches (one record, id 1). Members left out stay as they are. Always creates the record where it is missing.
/// </summary>
/// <param name="Strategies">Merge patch of enabled_strategies, or its replacement when <paramref name="Replace"/>.</param>
/// <param name="Groups">Merge patch of group_config, or its replacement when <paramref name="Replace"/>.</param>
/// <param name="Assets">How disabled_assets changes.</param>
/// <param name="AiFilter">The AI filter's switch.</param>
/// <param name="Replace">The whole record is given: members left out fall back to their defaults.</param>
/// <param name="ExpectedVersion">As in <see cref="Nexus.Sessions.SaveSession"/>.</param>
internal sealed record ChangeBotState(
    ReadOnlyMemory<byte>? Strategies = null,
    ReadOnlyMemory<byte>? Groups = null,
    AssetChange? Assets = null,
    bool? AiFilter = null,
    bool Replace = false,
    long? ExpectedVersion = null) : Write
{
    public static readonly WriteKey TheOne = new(StateTable.BotState, "1");

    public override WriteKey Key => TheOne;

    public override Write? TryCompose(Write next)
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
}

/// <summary>A change of the list of disabled assets: a new list, or members to add and then members to remove.</summary>
/// <param name="Set">The whole list; null leaves it.</param>
/// <param name="Add">Added after <paramref name="Set"/> unless there.</param>
/// <param name="Remove">Removed after that.</param>
internal sealed record AssetChange(IReadOnlyList<string>? Set, IReadOnlyList<string> Add, IReadOnlyList<string> Remove)
{
    public static AssetChange Replace(IReadOnlyList<string> assets) => new(assets, [], []);

    public static AssetChange Disable(string asset) => new(null, [asset], []);

    public static AssetChange Enable(string asset) => new(null, [], [asset]);

    /// <summary>The list after this change; order of first appearance, no duplicates.</summary>
    public IReadOnlyList<string> ApplyTo(IReadOnlyList<string> assets) =>
        [.. (Set ?? assets).Concat(Add).Distinct(StringComparer.Ordinal).Except(Remove, StringComparer.Ordinal)];

    public static AssetChange? Compose(AssetChange? first, AssetChange? second)
    {
        if (first is null || second is null) return second ?? first;
        if (second.Set is not null) return second;
        return new AssetChange(
            first.Set,
            [.. first.Add.Except(second.Remove, StringComparer.Ordinal).Union(second.Add, StringComparer.Ordinal).Except(second.Remove, StringComparer.Ordinal)],
            [.. first.Remove.Except(second.Add, StringComparer.Ordinal).Union(second.Remove, StringComparer.Ordinal)]);
    }
}
