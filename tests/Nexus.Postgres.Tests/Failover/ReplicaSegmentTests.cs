using System.Text;
using Nexus.Failover;
using Nexus.Stores;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>How far the copy of a table is known.</summary>
public sealed class ReplicaSegmentTests
{
    /// <summary>Passes that stop anywhere and begin again, against a map of every place.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_place_has_the_horizon_of_the_last_pass_that_reached_it(int seed)
    {
        var random = new Random(seed);
        string[] places = [.. Enumerable.Range(0, 30).Select(_ => Place(random)).Distinct().Order(Utf8Order.Instance)];
        var known = new long?[places.Length];
        var segments = ReplicaSegments.Unknown;
        for (var pass = 1; pass < 60; pass++)
        {
            long? horizon = random.Next(8) == 0 ? null : pass;
            var reached = random.Next(places.Length);
            for (var n = 0; n <= reached; n++)
            {
                segments = segments.Cover(places[n], horizon);
                known[n] = horizon;
            }
            // A place is in the segment that follows the one before it.
            for (var n = 0; n < places.Length; n++) Assert.Equal(known[n], segments.After(n == 0 ? "" : places[n - 1]).Horizon);
            Assert.Equal(RecordStamp.End, segments.List[^1].Through);
            Assert.NotNull(ReplicaSegments.Of(segments.List));
        }
        Assert.Equal(7L, Assert.Single(segments.Cover(RecordStamp.End, 7).List).Horizon);
    }

    [Fact]
    public void Texts_are_ordered_as_both_stores_order_them()
    {
        var random = new Random(7);
        for (var n = 0; n < 2000; n++)
        {
            var (one, other) = (Place(random), Place(random));
            var bytes = Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));
            Assert.Equal(Math.Sign(bytes), Math.Sign(Utf8Order.Instance.Compare(one, other)));
        }
    }

    private static string Place(Random random)
    {
        string[] parts = ["a", "b", "\u007F", "é", "\uD7FF", "\uE000", "\uFFFD", "\U00010000", "\U0010FFFE", "0"];
        return string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => parts[random.Next(parts.Length)]));
    }
}
