using Nexus.Secrets;
using Nexus.Storage;

namespace Nexus.Operations.Keys;

/// <summary>Looks at what is sealed and under which key, and changes nothing.</summary>
internal static class KeyInspection
{
    private const int MaxListed = 1000;

    /// <summary>Counts the sealed values of each key.</summary>
    public static async Task<KeyList> ListAsync(IStore store, KeyRing ring, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var unsealed = 0L;
        await foreach (var value in SealedValues.ReadAsync(store, cancellationToken).ConfigureAwait(false))
        {
            if (Sealer.KeyIdOf(value.Ciphertext) is { } id) counts[id] = counts.GetValueOrDefault(id) + 1;
            else unsealed++;
        }
        var given = ring.Ids.Select(id => new KeyUse(id, Given: true, id == ring.PrimaryId, counts.GetValueOrDefault(id)));
        var missing = counts.Where(count => !ring.Contains(count.Key)).OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => new KeyUse(count.Key, Given: false, Seals: false, count.Value));
        return new KeyList([.. given, .. missing], unsealed);
    }

    /// <summary>Opens every sealed value.</summary>
    public static async Task<KeyVerification> VerifyAsync(IStore store, Sealer sealer, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        long opened = 0, unreadable = 0;
        var listed = new List<UnreadableValue>();
        await foreach (var value in SealedValues.ReadAsync(store, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                sealer.Open(value.Place, value.Ciphertext);
                opened++;
            }
            catch (SecretUnreadableException error)
            {
                unreadable++;
                if (listed.Count < MaxListed) listed.Add(ToReport(error));
            }
            progress?.Report(opened + unreadable);
        }
        return new KeyVerification(opened, unreadable, listed);
    }

    /// <summary>The error's message names the place, which the report shows beside it.</summary>
    public static UnreadableValue ToReport(SecretUnreadableException error) => new(error.Field, error.KeyId, error.Message[(error.Field.Length + 2)..]);
}
