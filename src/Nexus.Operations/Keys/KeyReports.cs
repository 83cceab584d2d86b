using System.Text.Json.Serialization;

namespace Nexus.Operations.Keys;

/// <summary>A key and what it is for.</summary>
/// <param name="Id">Derived from the key; tells nothing about it.</param>
/// <param name="Given">Whether the key is at hand.</param>
/// <param name="Seals">Whether it is the one that seals.</param>
/// <param name="Values">How many sealed values of the store are under it.</param>
public sealed record KeyUse(string Id, bool Given, bool Seals, long Values);

/// <summary>The keys at hand and those that the store needs.</summary>
/// <param name="Keys">Those at hand in their order, then those that are missing.</param>
/// <param name="Unsealed">Values of secret columns that are not sealed at all.</param>
public sealed record KeyList(IReadOnlyList<KeyUse> Keys, long Unsealed)
{
    /// <summary>Whether every value is sealed under a key at hand.</summary>
    public bool Ok => Unsealed == 0 && Keys.All(key => key.Given);
}

/// <summary>A value that does not open.</summary>
/// <param name="Place">Table, row and field.</param>
/// <param name="KeyId">The key that it names; null where it names none.</param>
/// <param name="Reason">Why.</param>
public sealed record UnreadableValue(string Place, string? KeyId, string Reason);

/// <summary>What opening every sealed value came to.</summary>
/// <param name="Opened">How many opened.</param>
/// <param name="Unreadable">How many did not.</param>
/// <param name="Values">The first 1,000 that did not.</param>
public sealed record KeyVerification(long Opened, long Unreadable, IReadOnlyList<UnreadableValue> Values)
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

/// <summary>How reports are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(KeyVerification))]
[JsonSerializable(typeof(KeyRotationReport))]
[JsonSerializable(typeof(SecretScanReport))]
public sealed partial class KeyReportJson : JsonSerializerContext;
