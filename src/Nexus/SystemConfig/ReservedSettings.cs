using Nexus.Secrets;

namespace Nexus.SystemConfig;

/// <summary>
/// The settings that Nexus keeps for itself. Each is one sealed text, bound to its key in a domain of its own: nothing else is ever written there,
/// and nothing is sealed in place there.
/// </summary>
internal static class ReservedSettings
{
    /// <summary>What the keys begin with.</summary>
    public const string Prefix = "nexus:";

    /// <summary>The index of the API keys. It sorts before them, so that an export names it first.</summary>
    public const string ApiKeyIndex = Prefix + "api-keys";

    /// <summary>The API keys; the id follows.</summary>
    public const string ApiKeyPrefix = Prefix + "caller:";

    public static bool IsReserved(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether a setting decides which API keys are accepted.</summary>
    public static bool ConcernsApiKeys(string key) => key == ApiKeyIndex || key.StartsWith(ApiKeyPrefix, StringComparison.Ordinal);

    public static string ApiKey(string id) => ApiKeyPrefix + id;

    /// <summary>A domain in which no version ever sealed what others had written.</summary>
    public static SealContext Place(string key) => new("nexus", key, "record");

    /// <summary>The sealed text of a reserved setting; null where the value is anything else.</summary>
    public static string? SealedTextOf(ReadOnlySpan<byte> value)
    {
        // A sealed text needs no escapes, so that any other spelling is none of ours.
        if (value is not [(byte)'"', .. var text, (byte)'"'] || !SealedFormat.HasPrefix(text) || text.ContainsAny((byte)'"', (byte)'\\')) return null;
        var ciphertext = System.Text.Encoding.UTF8.GetString(text);
        return Sealer.IsSealed(ciphertext) ? ciphertext : null;
    }
}
