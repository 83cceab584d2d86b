using System.Text.Json.Serialization;

namespace Nexus.Operations.Keys;

/// <summary>The result of opening every sealed value.</summary>
/// <param name="Opened">The number of values that can be opened.</param>
/// <param name="Unreadable">
/// The number of values that cannot be opened, are in plain text, or were otherwise not written by Nexus, including the canary.
/// </param>
/// <param name="Values">The first 1,000 unreadable values.</param>
/// <param name="Proven">Whether a sealed value proves the keys. False if nothing was ever sealed in the store.</param>
public sealed record KeyVerification(long Opened, long Unreadable, IReadOnlyList<UnreadableValue> Values, bool Proven = true)
{
    /// <summary>Whether all values can be opened.</summary>
    public bool Ok => Unreadable == 0;
}
