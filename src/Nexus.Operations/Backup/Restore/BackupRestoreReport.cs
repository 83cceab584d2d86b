namespace Nexus.Operations.Backup;

/// <summary>What a restore did, or would do.</summary>
/// <param name="Name">The backup.</param>
/// <param name="CreatedAt">When its snapshot was taken: everything since then is not in it.</param>
/// <param name="Target">The database or the file that was restored.</param>
/// <param name="Found">What was there before: <c>nothing</c>, <c>empty</c> or <c>occupied</c>.</param>
/// <param name="DryRun">Whether nothing was changed.</param>
/// <param name="Tables">The number of tables.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Previous">The name under which the earlier state is kept; null if there was none.</param>
/// <param name="Notes">What was not restored, and what to do next.</param>
public sealed record BackupRestoreReport(
    string Name, DateTimeOffset CreatedAt, string Target, string Found, bool DryRun, int Tables, long Rows, string? Previous,
        IReadOnlyList<string> Notes);
