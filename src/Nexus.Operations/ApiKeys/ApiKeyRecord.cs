using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Errors;
using Nexus.Secrets;
using Nexus.SystemConfig;

namespace Nexus.Operations.ApiKeys;

/// <summary>All that is known of an API key. It is stored as one sealed value, so that no part of it can be changed or moved.</summary>
/// <param name="Id">The beginning of the hash.</param>
/// <param name="Hash">SHA-256 of the key in lower-case hexadecimal digits.</param>
/// <param name="Scopes">Names of what it is good for.</param>
/// <param name="Name">What its maker called it.</param>
/// <param name="CreatedAt">By the store's clock.</param>
/// <param name="Generation">The index's when the key was made.</param>
public sealed record ApiKeyRecord(string Id, string Hash, IReadOnlyList<string> Scopes, string Name, DateTimeOffset CreatedAt, long Generation)
{
    private const int HashDigits = 64;

    /// <summary>The id, never the hash.</summary>
    public override string ToString() => $"API key {Id}";

    /// <summary>The value of the key's setting.</summary>
    internal byte[] Seal(Sealer sealer) => SealedJson.Seal(sealer, ReservedSettings.ApiKey(Id), this, ApiKeyJson.Default.ApiKeyRecord);

    /// <summary>The record of a setting.</summary>
    /// <exception cref="SecretUnreadableException">The value is not sealed, does not open there, or is not the record of that key.</exception>
    internal static ApiKeyRecord Open(Sealer sealer, string setting, ReadOnlySpan<byte> value)
    {
        var record = SealedJson.Open(sealer, setting, value, ApiKeyJson.Default.ApiKeyRecord);
        return ReservedSettings.ApiKey(record.Id) == setting && record.Hash.Length == HashDigits && record.Hash.All(char.IsAsciiHexDigitLower)
            ? record
            : throw new SecretUnreadableException(ReservedSettings.Place(setting).ToString(), null, "the sealed record belongs to another key");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ApiKeyRecord))]
[JsonSerializable(typeof(ApiKeyIndex))]
internal sealed partial class ApiKeyJson : JsonSerializerContext;

/// <summary>A reserved setting's value: a JSON text that holds one sealed value, in which there is JSON.</summary>
internal static class SealedJson
{
    public static byte[] Seal<T>(Sealer sealer, string setting, T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        Encoding.ASCII.GetBytes($"\"{sealer.Seal(ReservedSettings.Place(setting), JsonSerializer.Serialize(value, type))}\"");

    /// <exception cref="SecretUnreadableException">The value is not sealed or does not open there.</exception>
    public static T Open<T>(Sealer sealer, string setting, ReadOnlySpan<byte> value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        var place = ReservedSettings.Place(setting);
        if (ReservedSettings.SealedTextOf(value) is not { } ciphertext)
            throw new SecretUnreadableException(place.ToString(), null, "is not a sealed record: something other than Nexus wrote it");
        try
        {
            return JsonSerializer.Deserialize(sealer.Open(place, ciphertext), type)!;
        }
        catch (JsonException error)
        {
            throw new SecretUnreadableException(place.ToString(), Sealer.KeyIdOf(ciphertext),
                "the format of the sealed record is unknown to this version of Nexus", error);
        }
    }
}
