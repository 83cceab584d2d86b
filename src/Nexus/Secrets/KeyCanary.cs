using Nexus.Storage;

namespace Nexus.Secrets;

/// <summary>
/// A known text that the database keeps sealed. A process with the wrong keys finds out at start, before it seals anything that the others cannot
/// open, instead of at the first trade.
/// </summary>
internal static class KeyCanary
{
    /// <summary>Its name among the store's own values.</summary>
    public const string Name = "canary";

    private const string Text = "nexus";

    private static readonly SealContext Place = new("nexus_meta", Name, "value");

    /// <summary>A new canary under the primary key.</summary>
    public static string Create(Sealer sealer) => sealer.Seal(Place, Text);

    /// <summary>Passes when the given keys open the canary.</summary>
    /// <exception cref="NexusConfigurationException">They do not: names the missing key id.</exception>
    public static void Verify(Sealer sealer, string stored)
    {
        var keyId = Sealer.KeyIdOf(stored);
        if (keyId is null) throw new NexusConfigurationException("NEXUS_KEYS", $"cannot be checked: the value {Name} in nexus_meta is damaged; restore it from a backup");
        if (!sealer.Keys.Contains(keyId))
        {
            throw new NexusConfigurationException(
                "NEXUS_KEYS",
                $"the database was sealed with key id {keyId}, which is not among the given keys (ids {string.Join(", ", sealer.Keys.Ids)}): add that key; to seal with a new one put it in front of it and run `nexus keys rotate`");
        }
        try
        {
            if (sealer.Open(Place, stored) == Text) return;
        }
        catch (SecretUnreadableException e)
        {
            throw new NexusConfigurationException("NEXUS_KEYS", $"cannot be checked: the value {Name} in nexus_meta was altered (key id {keyId}); restore it from a backup", e);
        }
        throw new NexusConfigurationException("NEXUS_KEYS", $"cannot be checked: the value {Name} in nexus_meta is not the one that Nexus keeps there; restore it from a backup");
    }

    /// <summary>Puts the canary into a new store, or verifies the one that is there.</summary>
    /// <exception cref="NexusConfigurationException">The given keys do not open it.</exception>
    public static async Task EnsureAsync(IStore store, Sealer sealer, CancellationToken cancellationToken) =>
        Verify(sealer, await store.GetOrAddMetaAsync(Name, Create(sealer), cancellationToken).ConfigureAwait(false));

    /// <summary>Moves the canary under the primary key: the last step of a rotation, after which the old key may go.</summary>
    public static Task RenewAsync(IStore store, Sealer sealer, CancellationToken cancellationToken) => store.SetMetaAsync(Name, Create(sealer), cancellationToken);
}
