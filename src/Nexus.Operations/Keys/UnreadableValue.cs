using System.Text.Json.Serialization;

namespace Nexus.Operations.Keys;

/// <summary>A value that cannot be opened.</summary>
/// <param name="Place">Table, row and field.</param>
/// <param name="KeyId">The id of its key; null if it has none.</param>
/// <param name="Reason">The reason.</param>
public sealed record UnreadableValue(string Place, string? KeyId, string Reason);
