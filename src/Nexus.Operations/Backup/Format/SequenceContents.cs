namespace Nexus.Operations.Backup;

/// <summary>A sequence.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Name">The sequence.</param>
/// <param name="LastValue">Its last value; null if it was never used or may not be read.</param>
/// <param name="Increment">Its step.</param>
public sealed record SequenceContents(string Schema, string Name, long? LastValue, long Increment);
