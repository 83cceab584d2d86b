namespace Nexus.Operations.Backup;

/// <summary>
/// Tells the states apart whose backups are in one target. Several bots should have a target each; where they share one, none must delete or restore
/// what is another's.
/// </summary>
internal static class BackupStates
{
    /// <summary>The backups by state. Those that name none belong to the only state there is, or are a group of their own.</summary>
    public static IReadOnlyList<IReadOnlyList<BackupItem>> Split(IReadOnlyList<BackupItem> backups)
    {
        var groups = backups.GroupBy(Of, StringComparer.Ordinal).Select(group => (group.Key, Items: group.ToList())).ToList();
        return groups.Count(group => group.Key.Length > 0) < 2 ? [backups] : [.. groups.Select(group => group.Items)];
    }

    /// <summary>The newest backup of each state in words; null if all are of one.</summary>
    public static string? Describe(IReadOnlyList<BackupItem> backups) => Split(backups) is [_, _, ..] states
        ? string.Join(", ", states.Select(state => state.FirstOrDefault(backup => backup.Manifest is not null)).OfType<BackupItem>()
            .Select(newest => $"{newest.Name} of {newest.Manifest!.Source}"))
        : null;

    private static string Of(BackupItem backup) => backup.Manifest?.State ?? "";
}
