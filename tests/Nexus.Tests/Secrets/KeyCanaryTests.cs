using Nexus.Secrets;
using Nexus.StoreContract;
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

        Assert.Equal("NEXUS_KEYS", error.Setting);
        Assert.Contains($"the database was sealed with key id {right.Keys.PrimaryId}, which is not among the given keys (ids {wrong.Keys.PrimaryId})", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_keeps_the_one_of_its_first_start()
    {
        await using var home = new EmbeddedHome();
        await using var store = await home.OpenStoreAsync();
        var (oldKey, newKey) = (KeyRing.GenerateKey(), KeyRing.GenerateKey());
        var (before, both, after) = (SealerOf(oldKey), SealerOf($"{newKey},{oldKey}"), SealerOf(newKey));

        await KeyCanary.EnsureAsync(store, before, CancellationToken.None);
        await KeyCanary.EnsureAsync(store, both, CancellationToken.None);
        await Assert.ThrowsAsync<NexusConfigurationException>(() => KeyCanary.EnsureAsync(store, after, CancellationToken.None));

        await KeyCanary.RenewAsync(store, both, CancellationToken.None);
        await KeyCanary.EnsureAsync(store, after, CancellationToken.None);
        await Assert.ThrowsAsync<NexusConfigurationException>(() => KeyCanary.EnsureAsync(store, before, CancellationToken.None));
    }

    [Fact]
    public void A_damaged_one_is_refused()
    {
        var sealer = NewSealer();
        var canary = KeyCanary.Create(sealer);

        foreach (var damaged in new[] { "", "nexus", canary[..^5], canary[..^1] + (canary[^1] == 'A' ? 'B' : 'A'), sealer.Seal(Place, "nexus") })
        {
            Assert.Equal("NEXUS_KEYS", Assert.Throws<NexusConfigurationException>(() => KeyCanary.Verify(sealer, damaged)).Setting);
        }
    }

    private static Sealer SealerOf(string keys) => new(KeyRing.Parse(keys, null));
}
