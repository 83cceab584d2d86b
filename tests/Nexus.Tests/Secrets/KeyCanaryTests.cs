using Nexus.Errors;
using Nexus.Secrets;
using Nexus.StoreContract;
using Nexus.Stores;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

public sealed class KeyCanaryTests
{
    [Fact]
    public void The_keys_that_made_it_pass_and_so_do_keys_in_front_of_them()
    {
        var key = KeyRing.GenerateKey();
        var canary = KeyCanary.Create(new Sealer(KeyRing.Parse(key, null)));

        KeyCanary.Verify(new Sealer(KeyRing.Parse(key, null)), canary);
        KeyCanary.Verify(new Sealer(KeyRing.Parse($"{KeyRing.GenerateKey()},{key}", null)), canary);
        KeyCanary.Verify(new Sealer(KeyRing.Parse(KeyRing.GenerateKey(), key)), canary);
    }

    [Fact]
    public void Another_key_is_refused_and_the_missing_one_is_named()
    {
        var (right, wrong) = (NewSealer(), NewSealer());

        var error = Assert.Throws<NexusConfigurationException>(() => KeyCanary.Verify(wrong, KeyCanary.Create(right)));

        Assert.Equal("Keys", error.Setting);
        Assert.Contains($"the database was sealed with key id {right.Keys.PrimaryId}, which is not among the configured keys (ids "
            + $"{wrong.Keys.PrimaryId})",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_keeps_the_one_of_its_first_start()
    {
        await using var home = new SqliteHome();
        await using var store = await home.OpenStoreAsync();
        var (oldKey, newKey) = (KeyRing.GenerateKey(), KeyRing.GenerateKey());
        var (before, both, after) = (SealerOf(oldKey), SealerOf($"{newKey},{oldKey}"), SealerOf(newKey));

        await KeyCanary.EnsureAsync(store, before, CancellationToken.None);
        await KeyCanary.EnsureAsync(store, both, CancellationToken.None);
        await Assert.ThrowsAsync<NexusConfigurationException>(() => KeyCanary.EnsureAsync(store, after, CancellationToken.None));

        await KeyCanary.RenewAsync(store, both, SealFeatures.None, CancellationToken.None);
        await KeyCanary.EnsureAsync(store, after, CancellationToken.None);
        await Assert.ThrowsAsync<NexusConfigurationException>(() => KeyCanary.EnsureAsync(store, before, CancellationToken.None));
    }

    [Theory]
    [InlineData("nexus", 0)]
    [InlineData("nexus whole-api-keys bound-trades", 3)]
    [InlineData("nexus bound-trades whole-api-keys adopting", 7)]
    [InlineData("nexus something-newer", null)]
    [InlineData("nexus ", null)]
    [InlineData("other", null)]
    public void It_says_what_holds_for_the_store_and_a_newer_one_is_refused(string text, int? features)
    {
        var sealer = NewSealer();
        var stored = sealer.Seal(new SealContext("nexus_meta", "canary", "value"), text);
        if (features is { } expected) Assert.Equal((SealFeatures)expected, KeyCanary.Verify(sealer, stored));
        else Assert.Throws<NexusConfigurationException>(() => KeyCanary.Verify(sealer, stored));
    }

    [Fact]
    public async Task A_renewal_keeps_what_was_reached()
    {
        await using var home = new SqliteHome();
        await using var store = await home.OpenStoreAsync();
        var sealer = NewSealer();
        await store.SetMetaAsync(KeyCanary.Name, KeyCanary.Create(sealer, SealFeatures.None), CancellationToken.None);
        Assert.Equal(SealFeatures.None, await KeyCanary.EnsureAsync(store, sealer, CancellationToken.None));
        Assert.True(sealer.OpensFormerSeals);
        await KeyCanary.RenewAsync(store, sealer, SealFeatures.WholeApiKeys, CancellationToken.None);
        Assert.True(sealer.OpensFormerSeals);
        await KeyCanary.RenewAsync(store, sealer, SealFeatures.BoundTrades | SealFeatures.AuthenticOutbox, CancellationToken.None);
        Assert.False(sealer.OpensFormerSeals);
        Assert.Equal(SealFeatures.Current, await KeyCanary.EnsureAsync(store, sealer, CancellationToken.None));
    }

    [Fact]
    public void A_damaged_one_is_refused()
    {
        var sealer = NewSealer();
        var canary = KeyCanary.Create(sealer);

        foreach (var damaged in new[] { "", "nexus", canary[..^5], canary[..^1] + (canary[^1] == 'A' ? 'B' : 'A'), sealer.Seal(Place, "nexus") })
        {
            Assert.Equal("Keys", Assert.Throws<NexusConfigurationException>(() => KeyCanary.Verify(sealer, damaged)).Setting);
        }
    }

    private static Sealer SealerOf(string keys) => new(KeyRing.Parse(keys, null));
}
