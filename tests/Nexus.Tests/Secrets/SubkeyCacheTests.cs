using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

public sealed class SubkeyCacheTests
{
    private static readonly Subkey AnySubkey = new(new byte[32]);

    [Fact]
    public void Memory_stays_bounded()
    {
        var cache = new SubkeyCache(capacity: 10);

        for (uint salt = 0; salt < 1000; salt++) cache.Add(1, salt, AnySubkey);

        Assert.InRange(cache.Count, 1, 20);
        Assert.NotNull(cache.Find(1, 999));
        Assert.Null(cache.Find(1, 0));
        Assert.Null(cache.Find(2, 999));
    }

    [Fact]
    public void What_is_used_stays()
    {
        var cache = new SubkeyCache(capacity: 10);
        cache.Add(1, 0, AnySubkey);

        for (uint salt = 1; salt < 1000; salt++)
        {
            cache.Add(1, salt, AnySubkey);
            Assert.NotNull(cache.Find(1, 0));
        }
    }

    [Fact]
    public void Values_of_more_sealers_than_it_holds_all_open()
    {
        var ring = NewRing();
        var ciphertexts = Enumerable.Range(0, 2 * SubkeyCache.Capacity + 10).Select(i => new Sealer(ring).Seal(Place, $"{i}")).ToArray();
        var sealer = new Sealer(ring);

        for (var i = 0; i < ciphertexts.Length; i++) Assert.Equal($"{i}", sealer.Open(Place, ciphertexts[i]));
    }
}
