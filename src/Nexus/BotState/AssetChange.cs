namespace Nexus.BotState;

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
            [.. first.Add.Except(second.Remove, StringComparer.Ordinal).Union(second.Add, StringComparer.Ordinal)
                .Except(second.Remove, StringComparer.Ordinal)],
            [.. first.Remove.Except(second.Add, StringComparer.Ordinal).Union(second.Remove, StringComparer.Ordinal)]);
    }
}
