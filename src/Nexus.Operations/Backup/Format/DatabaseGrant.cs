namespace Nexus.Operations.Backup;

/// <summary>A privilege on a database.</summary>
/// <param name="Role">Who has it; null for everybody.</param>
/// <param name="Privilege">Such as <c>CONNECT</c>.</param>
/// <param name="IsGrantable">Whether the role may grant it.</param>
public sealed record DatabaseGrant(string? Role, string Privilege, bool IsGrantable);
