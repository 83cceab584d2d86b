using System.Text.Json.Serialization;
using Nexus.Operations.ApiKeys;

namespace Nexus.Operations.Keys;

/// <summary>The API keys of a store.</summary>
/// <param name="ApiKeys">The accepted and the other API keys.</param>
/// <param name="Distrust">Why none is accepted; null if the index is valid.</param>
public sealed record ApiKeyReport(IReadOnlyList<ApiKeyState> ApiKeys, string? Distrust)
{
    /// <summary>Whether all of them are accepted.</summary>
    public bool Ok => Distrust is null && ApiKeys.All(key => key.Reason is null);

    internal static ApiKeyReport Of(ApiKeySet set) => new(
        [
            .. set.Keys.Select(key => new ApiKeyState(key.Id, key.Name, key.Scopes, key.CreatedAt, set.Distrust)),
            .. set.Faults.Select(fault => fault.Record is { } key
                ? new ApiKeyState(key.Id, key.Name, key.Scopes, key.CreatedAt, fault.Reason)
                : new ApiKeyState(fault.Setting, null, [], null, fault.Reason)),
        ],
        set.Distrust);
}
