using System.Diagnostics.CodeAnalysis;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;
using Nexus.Secrets;

namespace Nexus.Stores;

/// <summary>
/// A known text that the database keeps sealed. A process with the wrong keys detects them at start, before it seals anything that others cannot
/// open, instead of at the first trade. The text also says what holds for the store's sealed values (<see cref="SealFeatures"/>).
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class KeyCanary
{
    /// <summary>Its name among the store's own values.</summary>
    public const string Name = "canary";

    private const string Text = "nexus";

    private static readonly (SealFeatures Feature, string Name)[] Features =
        [(SealFeatures.WholeApiKeys, "whole-api-keys"), (SealFeatures.BoundTrades, "bound-trades"),
            (SealFeatures.AuthenticOutbox, "authentic-outbox"),
        (SealFeatures.Adopting, "adopting")];

    private static readonly SealContext Place = new("nexus_meta", Name, "value");

    /// <summary>A new canary under the primary key.</summary>
    public static string Create(Sealer sealer, SealFeatures features = SealFeatures.Current) =>
        sealer.Seal(Place, string.Join(' ', [Text, .. Features.Where(known => features.HasFlag(known.Feature)).Select(known => known.Name)]));

    /// <summary>Checks that the configured keys open the canary.</summary>
    /// <returns>The features of the store that the canary states.</returns>
    /// <exception cref="NexusConfigurationException">They do not. The message names the missing key id.</exception>
    public static SealFeatures Verify(Sealer sealer, string stored)
    {
        var keyId = Sealer.KeyIdOf(stored);
        if (keyId is null)
            throw new NexusConfigurationException(nameof(NexusOptions.Keys), $"cannot be checked: the value {Name} in nexus_meta is damaged; " +
            $"restore it from a backup");
        if (!sealer.Keys.Contains(keyId))
        {
            throw new NexusConfigurationException(
                nameof(NexusOptions.Keys),
                $"the database was sealed with key id {keyId}, which is not among the configured keys (ids {string.Join(", ", sealer.Keys.Ids)}): "
                    + "add " +
                    $"that key; to seal with a new key, put the new key in front of it and rotate the keys");
        }
        try
        {
            if (TryParse(sealer.Open(Place, stored)) is { } features) return features;
        }
        catch (SecretUnreadableException e)
        {
            throw new NexusConfigurationException(nameof(NexusOptions.Keys),
                $"cannot be checked: the value {Name} in nexus_meta was altered (key id {keyId}); " +
                $"restore it from a backup", e);
        }
        throw new NexusConfigurationException(nameof(NexusOptions.Keys), $"cannot be checked: the value {Name} in nexus_meta was written by a " +
            $"newer version of Nexus or is damaged: use a newer version, or restore it from a backup");
    }

    /// <summary>Puts the canary into a new store, or verifies the one that is there; the sealer then opens what the store's version allows.</summary>
    /// <exception cref="NexusConfigurationException">The configured keys do not open it, or it is missing although the store holds sealed
    /// values.</exception>
    internal static async Task<SealFeatures> EnsureAsync(IStore store, Sealer sealer, CancellationToken cancellationToken)
    {
        if (await store.GetMetaAsync(Name, cancellationToken).ConfigureAwait(false) is null
            && await FindSealedAsync(store, cancellationToken).ConfigureAwait(false) is { } place
            // Of two first starts the other may have made it, and sealed something, in the meantime.
            && await store.GetMetaAsync(Name, cancellationToken).ConfigureAwait(false) is null) throw IsGone(place);
        return Apply(sealer, await store.GetOrAddMetaAsync(Name, Create(sealer), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>As <see cref="EnsureAsync"/> for a store that is only read. Null if it has no canary and holds nothing sealed.</summary>
    /// <exception cref="NexusConfigurationException">As there.</exception>
    public static async Task<SealFeatures?> VerifyAsync(IStateReader store, Sealer sealer, CancellationToken cancellationToken)
    {
        if (await store.GetMetaAsync(Name, cancellationToken).ConfigureAwait(false) is { } stored) return Apply(sealer, stored);
        return await FindSealedAsync(store, cancellationToken).ConfigureAwait(false) is { } place ? throw IsGone(place) : null;
    }

    /// <summary>Moves the canary under the primary key: the last step of a rotation, after which the old key may be removed.</summary>
    /// <param name="store">The store.</param>
    /// <param name="sealer">Opens it and seals it.</param>
    /// <param name="reached">What holds from now on, beside what it says already.</param>
    /// <param name="cancellationToken">Ends before it is written.</param>
    public static async Task RenewAsync(IStore store, Sealer sealer, SealFeatures reached, CancellationToken cancellationToken)
    {
        var present = await store.GetMetaAsync(Name, cancellationToken).ConfigureAwait(false) is { } stored ? Verify(sealer, stored)
            : SealFeatures.Current;
        await store.SetMetaAsync(Name, Create(sealer, present | reached), cancellationToken).ConfigureAwait(false);
        sealer.OpensFormerSeals = !(present | reached).HasFlag(SealFeatures.BoundTrades);
    }

    private static SealFeatures Apply(Sealer sealer, string stored)
    {
        var features = Verify(sealer, stored);
        sealer.OpensFormerSeals = !features.HasFlag(SealFeatures.BoundTrades);
        return features;
    }

    /// <summary>Null for a text that a newer program wrote.</summary>
    private static SealFeatures? TryParse(string text)
    {
        var names = text.Split(' ');
        if (names[0] != Text) return null;
        var features = SealFeatures.None;
        foreach (var name in names.Skip(1))
        {
            var feature = Features.FirstOrDefault(known => known.Name == name).Feature;
            if (feature == SealFeatures.None) return null;
            features |= feature;
        }
        return features;
    }

    private static NexusConfigurationException IsGone(string place) => new(
        nameof(NexusOptions.Keys),
        $"cannot be checked: the value {Name} is missing from nexus_meta although the store holds sealed values ({place}); restore " +
            $"it from a backup. A new one is made only in a store without sealed values");

    /// <summary>The first record of a store that holds a sealed value; null if there is none.</summary>
    private static async Task<string?> FindSealedAsync(IStateReader store, CancellationToken cancellationToken)
    {
        var finder = new SealedFinder();
        await foreach (var row in StateRecords.ListSealableAsync(store, cancellationToken).ConfigureAwait(false))
        {
            row.ReplaceSecrets(finder);
            if (finder.HasFound) return $"{row.RecordKey.Table}/{row.RecordKey.Id}";
        }
        return null;
    }

    private sealed class SealedFinder : SecretVisitor
    {
        public bool HasFound { get; private set; }

        protected override byte[]? VisitDocument(SealContext place, ReadOnlySpan<byte> json)
        {
            VisitPlainDocument(place, json);
            return null;
        }

        protected override byte[]? VisitReserved(SealContext place, ReadOnlySpan<byte> value) => VisitDocument(place, value);

        protected override void VisitPlainDocument(SealContext place, ReadOnlySpan<byte> json)
        {
            HasFound |= DocumentSealer.ContainsSealed(json);
        }

        protected override string? VisitColumn(SealContext place, string value)
        {
            HasFound |= SealedFormat.HasPrefix(value);
            return null;
        }
    }
}
