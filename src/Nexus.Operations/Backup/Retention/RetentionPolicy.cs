namespace Nexus.Operations.Backup;

/// <summary>Which backups are kept. The newest of each of the last days, weeks and months in which there is one.</summary>
/// <param name="Daily">Days, 1 or more.</param>
/// <param name="Weekly">ISO weeks, 0 or more.</param>
/// <param name="Monthly">Months, 0 or more.</param>
public sealed record RetentionPolicy(int Daily = 7, int Weekly = 4, int Monthly = 6);
