using System.Text.Json.Serialization;

namespace Nexus.Operations.Keys;

/// <summary>The result of a rotation.</summary>
/// <param name="KeyId">The id of the key that now seals every readable value.</param>
/// <param name="Resealed">The number of resealed records.</param>
/// <param name="Unreadable">The number of records with a value that cannot be opened. They stay unchanged.</param>
/// <param name="Values">The first 1,000 such values.</param>
public sealed record KeyRotationReport(string KeyId, long Resealed, long Unreadable, IReadOnlyList<UnreadableValue> Values)
{
    /// <summary>Whether no value is left under another key.</summary>
    public bool Ok => Unreadable == 0;
}
