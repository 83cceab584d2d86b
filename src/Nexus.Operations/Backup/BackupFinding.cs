namespace Nexus.Operations.Backup;

/// <summary>Something that is wrong with the backups.</summary>
/// <param name="Code">One of the constants of <see cref="BackupFindingCodes"/>.</param>
/// <param name="IsCritical">Whether data could be lost now, as opposed to a warning.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record BackupFinding(string Code, bool IsCritical, string Message);
