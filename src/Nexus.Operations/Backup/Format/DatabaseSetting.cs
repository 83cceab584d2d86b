namespace Nexus.Operations.Backup;

/// <summary>A setting of a database.</summary>
/// <param name="Role">The role that it applies to; null for every role.</param>
/// <param name="Name">The setting.</param>
/// <param name="Value">Its value.</param>
public sealed record DatabaseSetting(string? Role, string Name, string Value);
