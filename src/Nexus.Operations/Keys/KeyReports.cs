using System.Text.Json.Serialization;
using Nexus.ApiKeys;

namespace Nexus.Operations.Keys;

/// <summary>A key and what it is for.</summary>
/// <param name="Id">Derived from the key; tells nothing about it.</param>
/// <param name="Given">Whether the key is at hand.</param>
/// <param name="Seals">Whether it is the one that seals.</param>
/// <param name="Values">How many sealed values of the store are under it.</param>
public sealed record KeyUse(string Id, bool Given, bool Seals, long Values);

/// <summary>The keys at hand and those that the store needs.</summary>
/// <param name="Keys">Those at hand in their order, then those that are missing.</param>
/// <param name="Unsealed">Values in plain text where only sealed ones may stand.</param>
/// <param name="Unreadable">Values under a key at hand that do not open: altered, cut, or sealed for another place.</param>
/// <param name="Canary">Why the keys at hand are not the store's; null where they are, or nothing was ever sealed.</param>
public sealed record KeyList(IReadOnlyList<KeyUse> Keys, long Unsealed, long Unreadable = 0, string? Canary = null)
{
    /// <summary>Whether every value is sealed under a key at hand and opens.</summary>
    public bool Ok => Unsealed == 0 && Unreadable == 0 && Canary is null && Keys.All(key => key.Given);
}

/// <summary>A value that does not open.</summary>
/// <param name="Place">Table, row and field.</param>
/// <param name="KeyId">The key that it names; null where it names none.</param>
/// <param name="Reason">Why.</param>
public sealed record UnreadableValue(string Place, string? KeyId, string Reason);

/// <summary>What opening every sealed value came to.</summary>
/// <param name="Opened">How many opened.</param>
/// <param name="Unreadable">
/// How many did not, are in plain text, or show otherwise that something else than Nexus wrote them; the canary among them.
/// </param>
/// <param name="Values">The first 1,000 of those.</param>
/// <param name="Proven">Whether there was anything that could prove the keys. False on a store in which nothing was ever sealed.</param>
public sealed record KeyVerification(long Opened, long Unreadable, IReadOnlyList<UnreadableValue> Values, bool Proven = true)
{
    /// <summary>Whether all opened.</summary>
    public bool Ok => Unreadable == 0;
}

/// <summary>What a rotation did.</summary>
/// <param name="KeyId">The key that everything readable is under now.</param>
/// <param name="Resealed">Records that were sealed anew.</param>
/// <param name="Unreadable">Records with a value that does not open, which stayed as they are.</param>
/// <param name="Values">The first 1,000 such values.</param>
public sealed record KeyRotationReport(string KeyId, long Resealed, long Unreadable, IReadOnlyList<UnreadableValue> Values)
{
    /// <summary>Whether nothing is left under another key.</summary>
    public bool Ok => Unreadable == 0;
}

/// <summary>An API key of the store.</summary>
/// <param name="Id">The beginning of its hash; for what is no readable record, the setting.</param>
/// <param name="Name">What its maker called it; null where the record does not open.</param>
/// <param name="Scopes">What it is good for.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Reason">Why it is not accepted; null where it is.</param>
public sealed record ApiKeyState(string Id, string? Name, IReadOnlyList<string> Scopes, DateTimeOffset? CreatedAt, string? Reason)
{
    /// <summary>Whether it can be accepted: its record is whole.</summary>
    public bool IsReadable => Name is not null;
}

/// <summary>The API keys of a store.</summary>
/// <param name="ApiKeys">Those that are accepted and those that are not.</param>
/// <param name="Distrust">Why none is accepted; null where the index is sound.</param>
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

/// <summary>How reports are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(ApiKeyReport))]
[JsonSerializable(typeof(KeyVerification))]
[JsonSerializable(typeof(KeyRotationReport))]
[JsonSerializable(typeof(SecretScanReport))]
public sealed partial class KeyReportJson : JsonSerializerContext;
