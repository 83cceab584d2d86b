using System.Collections.Concurrent;
using Nexus.Engine;

namespace Nexus.Tests.Engine;

public class UuidV7Tests
{
    [Fact]
    public void It_tells_the_millisecond_the_version_and_the_variant()
    {
        var at = new DateTimeOffset(2026, 11, 24, 12, 0, 0, 123, TimeSpan.Zero);

        // More than one filling of the random bytes.
        for (var n = 0; n < 1000; n++)
        {
            var id = UuidV7.New(at.AddMilliseconds(n));

            Assert.Equal((7, 8), (id.Version, id.Variant & 0b1100));
            Assert.Equal(at.AddMilliseconds(n).ToUnixTimeMilliseconds(), Convert.ToInt64(id.ToString("n")[..12], 16));
        }
    }

    [Fact]
    public void No_two_are_the_same_on_any_threads()
    {
        var at = DateTimeOffset.UnixEpoch;
        var ids = new ConcurrentBag<Guid>();

        Parallel.For(0, 8, _ =>
        {
            for (var n = 0; n < 5000; n++) ids.Add(UuidV7.New(at));
        });

        Assert.Equal(40_000, ids.Distinct().Count());
        // Each of the 74 random bits is set in about half of them.
        var random = ids.Select(id => id.ToByteArray(bigEndian: true)).ToArray();
        foreach (var bit in Enumerable.Range(52, 12).Concat(Enumerable.Range(66, 62)))
        {
            Assert.InRange(random.Count(bytes => (bytes[bit / 8] >> (7 - (bit % 8)) & 1) == 1), 19_000, 21_000);
        }
    }

    /// <summary>The example of RFC 9562, appendix A.6.</summary>
    [Fact]
    public void It_is_put_together_as_the_standard_says()
    {
        var at = new DateTimeOffset(2022, 2, 22, 19, 22, 22, TimeSpan.Zero);

        Assert.Equal(Guid.Parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"), UuidV7.From(at, Convert.FromHexString("0CC318C4DC0C0C07398F")));
        Assert.Equal(Guid.Parse("017F22E2-79B0-7FFF-BFFF-FFFFFFFFFFFF"), UuidV7.From(at, Enumerable.Repeat((byte)0xFF, 12).ToArray()));
        Assert.Equal(Guid.Parse("017F22E2-79B0-7000-8000-000000000000"), UuidV7.From(at, new byte[10]));
    }
}
