namespace Nexus.Operations.Backup;

/// <summary>A backup that a prune keeps.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reasons">
/// Why: <c>newest</c>, <c>newest proven</c>, <c>daily</c>, <c>weekly</c>, <c>monthly</c>, <c>unreadable</c>, <c>of a time in the future</c>.
/// </param>
public sealed record KeptBackup(string Name, IReadOnlyList<string> Reasons);
