namespace Nexus.Operations.Erasure;

/// <summary>What was erased of a chat, and what stays. Programs read it: names and meaning of the members are stable.</summary>
/// <param name="ChatId">The chat.</param>
/// <param name="At">By the clock of the process.</param>
/// <param name="DryRun">Whether nothing was changed.</param>
/// <param name="Erased">What was erased, or would be.</param>
/// <param name="Kept">What stays and why.</param>
/// <param name="Pseudonym">The number under which the trades stay; null if there are none, and in a dry run.</param>
/// <param name="Backups">Backups that may contain the chat; null if they could not be listed.</param>
/// <param name="BackupDays">
/// After so many days the retention has removed these backups, if it runs as scheduled; null if there are none, or no retention is set.
/// </param>
public sealed record ErasureReceipt(
    string ChatId, DateTimeOffset At, bool DryRun, IReadOnlyList<ErasureItem> Erased, IReadOnlyList<ErasureItem> Kept, string? Pseudonym,
    int? Backups, int? BackupDays)
{
    /// <summary>Whether nothing of the chat was left to erase.</summary>
    public bool IsEmpty => Erased.All(item => item.Count is null or 0);
}
