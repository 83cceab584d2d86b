namespace Nexus.Sqlite;

/// <summary>A record as it stands: what decides whether a write applies, and its document.</summary>
internal sealed record StoredDocument(long RowId, long Version, Guid WriteId, DateTimeOffset UpdatedAt, byte[] Document);
