using System.Text.Json.Serialization;

namespace Nexus.Operations.Keys;

/// <summary>The configured keys and those that the store needs.</summary>
/// <param name="Keys">The configured keys in order, then the missing ones.</param>
/// <param name="Unsealed">Values in plain text in sealed fields.</param>
/// <param name="Unreadable">Values of a configured key that cannot be opened: altered, truncated, or sealed for another place.</param>
/// <param name="Canary">Why the configured keys are not the store's; null if they are, or if nothing was ever sealed.</param>
public sealed record KeyList(IReadOnlyList<KeyUse> Keys, long Unsealed, long Unreadable = 0, string? Canary = null)
{
    /// <summary>Whether every value is sealed with a configured key and can be opened.</summary>
    public bool Ok => Unsealed == 0 && Unreadable == 0 && Canary is null && Keys.All(key => key.Given);
}
