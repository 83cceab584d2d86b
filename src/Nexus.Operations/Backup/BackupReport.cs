namespace Nexus.Operations.Backup;

/// <summary>A backup that was made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Target">Where it is.</param>
/// <param name="Store"><c>postgresql</c> or <c>embedded</c>.</param>
/// <param name="CreatedAt">When the snapshot was taken.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="StoredBytes">Its size.</param>
/// <param name="Tables">The number of tables.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="KeyId">The id of the key that encrypts it; null if it is not encrypted.</param>
/// <param name="Notes">What it does not contain, and why.</param>
public sealed record BackupReport(
    string Name, string Target, string Store, DateTimeOffset CreatedAt, TimeSpan Duration, long StoredBytes, int Tables, long Rows, string? KeyId,
    IReadOnlyList<string> Notes);
