namespace Nexus.Operations.Backup;

/// <summary>The differences between one chat's records in a backup and now.</summary>
/// <param name="Name">The backup.</param>
/// <param name="CreatedAt">When its snapshot was taken.</param>
/// <param name="ChatId">The chat.</param>
/// <param name="Applied">Whether the records were restored; false for the differences only.</param>
/// <param name="Changes">The differences. Secrets and documents are named, never shown.</param>
/// <param name="Refused">Records that were not restored, with the reasons.</param>
public sealed record ChatRestoreReport(
    string Name, DateTimeOffset CreatedAt, string ChatId, bool Applied, IReadOnlyList<ChatChange> Changes, IReadOnlyList<string> Refused);
