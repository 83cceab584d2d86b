using System.Text.Json.Serialization;
using Nexus.ApiKeys;

namespace Nexus.Operations.Keys;

/// <summary>A key and its use.</summary>
/// <param name="Id">The id, derived from the key, which reveals nothing about it.</param>
/// <param name="Given">Whether the key is configured.</param>
/// <param name="Seals">Whether it is the one that seals.</param>
/// <param name="Values">The number of values that it sealed.</param>
public sealed record KeyUse(string Id, bool Given, bool Seals, long Values);

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

/// <summary>A value that cannot be opened.</summary>
/// <param name="Place">Table, row and field.</param>
/// <param name="KeyId">The id of its key; null if it has none.</param>
/// <param name="Reason">The reason.</param>
public sealed record UnreadableValue(string Place, string? KeyId, string Reason);

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

/// <summary>JSON metadata of the reports.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(ApiKeyReport))]
[JsonSerializable(typeof(KeyVerification))]
[JsonSerializable(typeof(KeyRotationReport))]
[JsonSerializable(typeof(SecretScanReport))]
public sealed partial class KeyReportJson : JsonSerializerContext;
