namespace Nexus.Operations.Backup;

/// <summary>A record of a chat that differs between a backup and now.</summary>
/// <param name="Record">The record, such as <c>session</c>, <c>user</c> or <c>trade …</c>.</param>
/// <param name="Effect">What a restore does: <c>adds</c>, <c>changes</c>, or <c>keeps</c> what is newer than the backup.</param>
/// <param name="Fields">The fields that differ.</param>
public sealed record ChatChange(string Record, string Effect, IReadOnlyList<string> Fields);
