using System.Text.Json.Serialization;

namespace Nexus.Operations.Keys;

/// <summary>An API key of the store.</summary>
/// <param name="Id">The beginning of its hash, or the setting if the record is unreadable.</param>
/// <param name="Name">Its name; null if the record cannot be opened.</param>
/// <param name="Scopes">Its scopes.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Reason">Why it is not accepted; null if it is.</param>
public sealed record ApiKeyState(string Id, string? Name, IReadOnlyList<string> Scopes, DateTimeOffset? CreatedAt, string? Reason)
{
    /// <summary>Whether its record is readable, so that it can be accepted.</summary>
    public bool IsReadable => Name is not null;
}
