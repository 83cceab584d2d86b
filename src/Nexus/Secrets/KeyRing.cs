using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>
/// The configured keys: the first (primary) seals, all open. A new key goes first, and the old one stays after it until everything is
/// resealed by a rotation of the keys.
/// </summary>
/// <remarks>
/// Keys are named by ids derived from them, so that two installations agree on them. An id reveals nothing about its key.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed class KeyRing
{
    private const string KeysSetting = nameof(NexusOptions.Keys);
    private const string EncryptionKeySetting = nameof(NexusOptions.EncryptionKey);

    /// <summary>Digits of 32 bytes in base64 without padding.</summary>
    private const int EncodedLength = 43;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly RingKey[] _keys;

    private KeyRing(RingKey[] keys)
    {
        _keys = keys;
        Ids = [.. keys.Select(key => key.Id)];
    }

    /// <summary>Reads the two settings.</summary>
    /// <param name="nexusKeys">
    /// <c>NEXUS_KEYS</c>: keys separated by commas, each 32 bytes in url-safe or standard base64, with or without padding. Null or blank for none.
    /// </param>
    /// <param name="encryptionKey">
    /// <c>ENCRYPTION_KEY</c>: the legacy's Fernet key, in the same form. Joins the ring behind the others; the primary where there are no others.
    /// </param>
    /// <exception cref="NexusConfigurationException">
    /// No key is given, or an entry is none: names the setting and the entry's position, never its value.
    /// </exception>
    public static KeyRing Parse(string? nexusKeys, string? encryptionKey)
    {
        var keys = new List<RingKey>();
        if (!string.IsNullOrWhiteSpace(nexusKeys))
        {
            var entries = nexusKeys.Split(',');
            for (var i = 0; i < entries.Length; i++) Add(keys, Decode(entries[i], KeysSetting, $"entry {i + 1} of {entries.Length}"), KeysSetting);
        }
        if (!string.IsNullOrWhiteSpace(encryptionKey)) Add(keys, Decode(encryptionKey, EncryptionKeySetting, "the value"), EncryptionKeySetting);
        if (keys.Count == 0)
        {
            throw new NexusConfigurationException(
                KeysSetting, $"no key is given; generate a key and set it, or set {nameof(NexusOptions)}.{EncryptionKeySetting} to the legacy's key");
        }
        return new KeyRing([.. keys]);
    }

    /// <summary>The id of the key that seals: 8 lower-case hexadecimal digits.</summary>
    public string PrimaryId => _keys[0].Id;

    /// <summary>The ids of all keys, the primary first.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>Whether a key of the ring has this id.</summary>
    public bool Contains(string id) => Ids.Contains(id);

    /// <summary>A new random key in the form of a Fernet key: 44 characters of url-safe base64. Show it only to its owner.</summary>
    internal static string GenerateKey()
    {
        Span<byte> bytes = stackalloc byte[RingKey.Length];
        RandomNumberGenerator.Fill(bytes);
        var text = Base64Url.EncodeToString(bytes) + "=";
        CryptographicOperations.ZeroMemory(bytes);
        return text;
    }

    /// <summary>Whether a text has the form of one key.</summary>
    internal static bool IsKey(string text) => TryDecode(text, out _);

    /// <summary>The ids, never a key.</summary>
    public override string ToString() => $"keys {string.Join(", ", Ids)}";

    /// <summary>The key that seals.</summary>
    internal RingKey Primary => _keys[0];

    /// <summary>All keys, the primary first.</summary>
    internal ReadOnlySpan<RingKey> Keys => _keys;

    /// <summary>The key with this id in numeric form, or null.</summary>
    internal RingKey? Find(uint number)
    {
        foreach (var key in _keys)
        {
            if (key.Number == number) return key;
        }
        return null;
    }

    private static void Add(List<RingKey> keys, RingKey key, string setting)
    {
        if (keys.Find(other => other.Number == key.Number) is not { } same) keys.Add(key);
        else if (!same.HasSameBytes(key))
            throw new NexusConfigurationException(setting, $"two different keys have the same id {key.Id}; generate another one");
    }

    private static RingKey Decode(string entry, string setting, string position)
    {
        if (TryDecode(entry, out var key)) return key;
        var what = string.IsNullOrWhiteSpace(entry) ? "is empty" : "is not a key";
        throw new NexusConfigurationException(
            setting, $"{position} {what}: a key is 32 bytes in base64 (44 characters); generate a key");
    }

    private static bool TryDecode(string text, [NotNullWhen(true)] out RingKey? key)
    {
        key = null;
        var padded = text.AsSpan().Trim();
        var digits = padded.TrimEnd('=');
        if (digits.Length != EncodedLength || padded.Length - digits.Length > 1) return false;
        Span<byte> bytes = stackalloc byte[RingKey.Length];
        Span<char> urlSafe = stackalloc char[EncodedLength];
        digits.CopyTo(urlSafe);
        urlSafe.Replace('+', '-');
        urlSafe.Replace('/', '_');
        if (Base64Url.DecodeFromChars(urlSafe, bytes, out _, out var written) == OperationStatus.Done && written == RingKey.Length)
            key = new RingKey(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        urlSafe.Clear();
        return key is not null;
    }
}
