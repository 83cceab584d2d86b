using System.Diagnostics.CodeAnalysis;
using Nexus.Engine;
using Nexus.Infrastructure;
using Nexus.Secrets;

namespace Nexus.SystemConfig;

/// <summary>
/// The settings that Nexus keeps for itself. Each is one sealed text, bound to its key in a domain of its own: nothing else is ever written there,
/// and nothing is sealed in place there.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class ReservedSettings
{
    /// <summary>What the keys begin with.</summary>
    public const string Prefix = "nexus:";

    /// <summary>The index of the API keys. It sorts before them, so that an export names it first.</summary>
    public const string ApiKeyIndex = Prefix + "api-keys";

    /// <summary>The API keys; the id follows.</summary>
    public const string ApiKeyPrefix = Prefix + "caller:";

    /// <summary>Members of a reserved setting that the history of changes may show.</summary>
    internal static IReadOnlyList<string> ShownMembers { get; } = ["name", "scopes"];

    /// <summary>Whether Nexus reserves the key for itself.</summary>
    public static bool IsReserved(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether a setting decides which API keys are accepted.</summary>
    public static bool ConcernsApiKeys(string key) => key == ApiKeyIndex || key.StartsWith(ApiKeyPrefix, StringComparison.Ordinal);

    /// <summary>The key of the setting that holds an API key.</summary>
    public static string ApiKey(string id) => ApiKeyPrefix + id;

    /// <summary>The write that sets a reserved setting.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">One sealed text as JSON, bound to <see cref="Place"/>.</param>
    /// <param name="updatedBy">Who sets it; null if that is not known.</param>
    /// <param name="expectedVersion">The version to replace; 0: only if there is none; null: any version.</param>
    public static Write Set(string key, ReadOnlyMemory<byte> value, string? updatedBy, long? expectedVersion) =>
        Signed(key, new SetSystemConfig(key, value, updatedBy, expectedVersion));

    /// <summary>The write that removes a reserved setting.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="expectedVersion">The version to remove; null: any version.</param>
    public static Write Remove(string key, long? expectedVersion) => Signed(key, new RemoveSystemConfig(key, expectedVersion));

    /// <summary>These writes bypass the queue. The index changes with each API key and says nothing more.</summary>
    private static Write Signed(string key, Write write) =>
        key.StartsWith(ApiKeyPrefix, StringComparison.Ordinal) ? ChangeAuthor.Sign(write, HistoryMode.People) : write;

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
