namespace Nexus.Operations.Backup;

/// <summary>What a store put into a draft.</summary>
/// <param name="Draft">The draft.</param>
/// <param name="CreatedAt">When the snapshot was taken.</param>
/// <param name="Store"><c>postgresql</c> or <c>embedded</c>.</param>
/// <param name="Source">Where the state is.</param>
/// <param name="ServerVersion">The version of the store.</param>
/// <param name="DumpProgram">The version of pg_dump.</param>
/// <param name="Contents">What the state contained.</param>
/// <param name="DataFolder">The folder of the data, still plain if the backup is encrypted. Its name is that in the backup.</param>
/// <param name="Notes">What is missing, and why.</param>
internal sealed record DraftSource(
    IBackupDraft Draft, DateTimeOffset CreatedAt, string Store, string Source, string ServerVersion, string? DumpProgram, BackupContents Contents,
    string DataFolder, IReadOnlyList<string> Notes);
