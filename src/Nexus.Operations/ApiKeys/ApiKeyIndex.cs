using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Errors;
using Nexus.Secrets;
using Nexus.SystemConfig;

namespace Nexus.Operations.ApiKeys;

/// <summary>Which API keys there are. A record that it does not list is not accepted: it is of a key that was removed.</summary>
/// <param name="Generation">Rises with every change: milliseconds since 1970, or one more than before where the clock says less.</param>
/// <param name="Keys">The id of each key and the generation of its record.</param>
public sealed record ApiKeyIndex(long Generation, IReadOnlyDictionary<string, long> Keys)
{
    internal static ApiKeyIndex Empty { get; } = new(0, new Dictionary<string, long>());

    /// <summary>The value of the index's setting.</summary>
    internal byte[] Seal(Sealer sealer) => SealedJson.Seal(sealer, ReservedSettings.ApiKeyIndex, this, ApiKeyJson.Default.ApiKeyIndex);

    /// <exception cref="SecretUnreadableException">The value is not sealed or does not open there.</exception>
    internal static ApiKeyIndex Open(Sealer sealer, ReadOnlySpan<byte> value) =>
        SealedJson.Open(sealer, ReservedSettings.ApiKeyIndex, value, ApiKeyJson.Default.ApiKeyIndex);

    /// <summary>The next index.</summary>
    /// <param name="now">The store's time.</param>
    /// <param name="keys">What it lists.</param>
    internal ApiKeyIndex Next(DateTimeOffset now, IEnumerable<KeyValuePair<string, long>> keys) =>
        new(Math.Max(Generation + 1, now.ToUnixTimeMilliseconds()), new Dictionary<string, long>(keys, StringComparer.Ordinal));
}
