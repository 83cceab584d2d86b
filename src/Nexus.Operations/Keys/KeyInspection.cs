using Nexus.Errors;
using Nexus.Operations.Status;
using Nexus.Secrets;
using Nexus.Stores;

namespace Nexus.Operations.Keys;

/// <summary>Inspects sealed values and their keys without changing anything.</summary>
internal static class KeyInspection
{
    private const int MaxListed = 1000;

    /// <summary>Counts the sealed values of each key.</summary>
    public static async Task<KeyList> ListAsync(IStateReader store, KeyRing ring, CancellationToken cancellationToken)
    {
        var sealer = new Sealer(ring);
        var canary = await FindCanaryFaultAsync(store, sealer, cancellationToken).ConfigureAwait(false);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var (unsealed, unreadable) = (0L, 0L);
        await foreach (var record in new SealedValues(store, sealer).ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var id in record.Opened) counts[id] = counts.GetValueOrDefault(id) + 1;
            foreach (var fault in record.Faults)
            {
                if (fault.KeyId is not { } id) unsealed++;
                else if (ring.Contains(id)) unreadable++;
                else counts[id] = counts.GetValueOrDefault(id) + 1;
            }
        }
        var given = ring.Ids.Select(id => new KeyUse(id, Given: true, id == ring.PrimaryId, counts.GetValueOrDefault(id)));
        var missing = counts.Where(count => !ring.Contains(count.Key)).OrderBy(count => count.Key, StringComparer.Ordinal)
            .Select(count => new KeyUse(count.Key, Given: false, Seals: false, count.Value));
        return new KeyList([.. given, .. missing], unsealed, unreadable, canary?.Reason);
    }

    /// <summary>Opens every sealed value, and finds plain text in sealed fields.</summary>
    public static async Task<KeyVerification> VerifyAsync(
        IStateReader store, Sealer sealer, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var isVerified = await store.GetMetaAsync(KeyCanary.Name, cancellationToken).ConfigureAwait(false) is not null;
        long opened = 0, unreadable = 0;
        var listed = new List<UnreadableValue>();
        if (await FindCanaryFaultAsync(store, sealer, cancellationToken).ConfigureAwait(false) is { } canary) Add(canary);
        await foreach (var record in new SealedValues(store, sealer).ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            opened += record.Opened.Count;
            foreach (var fault in record.Faults) Add(fault);
            progress?.Report(opened + unreadable);
        }
        return new KeyVerification(opened, unreadable, listed, isVerified || opened > 0);

        void Add(UnreadableValue fault)
        {
            unreadable++;
            if (listed.Count < MaxListed) listed.Add(fault);
        }
    }

    /// <summary>Removes the place from the error message, because the report shows it separately.</summary>
    public static UnreadableValue ToReport(SecretUnreadableException error) =>
        new(error.Field, error.KeyId, OperatorTerms.Translate(error.Message[(error.Field.Length + 2)..]));

    /// <summary>
    /// The canary shows first whether the keys belong to the store, and on an empty store it is the only proof. Sealed values are checked in any
    /// case.
    /// </summary>
    private static async Task<UnreadableValue?> FindCanaryFaultAsync(IStateReader store, Sealer sealer, CancellationToken cancellationToken)
    {
        var stored = await store.GetMetaAsync(KeyCanary.Name, cancellationToken).ConfigureAwait(false);
        try
        {
            await KeyCanary.VerifyAsync(store, sealer, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (NexusConfigurationException error)
        {
            return new UnreadableValue($"nexus_meta/{KeyCanary.Name}", Sealer.KeyIdOf(stored), OperatorTerms.Translate(error.Message));
        }
    }
}
