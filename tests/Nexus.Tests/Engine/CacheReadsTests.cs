using System.Diagnostics.Metrics;
using Nexus.Engine;

namespace Nexus.Tests.Engine;

/// <summary>Reads of a cache are counted exactly, whatever number of threads reads and while the sum is taken.</summary>
public sealed class CacheReadsTests
{
    private const int Each = 20_000;

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(150)] // More threads than there are lines: some share one.
    public void No_read_is_lost_or_counted_twice(int threads)
    {
        using var meter = new Meter("Nexus.Tests.CacheReads");
        var counter = meter.CreateObservableCounter("reads", () => 0L);
        using var listener = new MeterListener();
        listener.EnableMeasurementEvents(counter);
        var reads = new CacheReads(counter, "access");
        using var start = new Barrier(threads + 1);
        var all = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            for (var i = 0; i < Each; i++)
            {
                reads.CountHit();
                if (i % 4 == 0) reads.CountMiss();
            }
        })).ToList();
        all.ForEach(thread => thread.Start());

        start.SignalAndWait();
        for (long before = 0; all.Exists(thread => thread.IsAlive);)
        {
            var now = Hits(reads);
            Assert.True(now >= before, $"{now} after {before}");
            before = now;
        }

        Assert.Equal([(long)threads * Each, (long)threads * Each / 4], reads.Measure().Select(sum => sum.Value));
    }

    [Fact]
    public void Nothing_is_counted_while_nobody_listens()
    {
        using var meter = new Meter("Nexus.Tests.CacheReads");
        var reads = new CacheReads(meter.CreateObservableCounter("reads", () => 0L), "access");

        reads.CountHit();
        reads.CountMiss();

        Assert.All(reads.Measure(), sum => Assert.Equal(0, sum.Value));
    }

    [Fact]
    public void The_cache_and_the_result_are_named()
    {
        using var meter = new Meter("Nexus.Tests.CacheReads");
        var tags = new CacheReads(meter.CreateObservableCounter("reads", () => 0L), "access").Measure()
            .Select(sum => string.Join(' ', sum.Tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")));

        Assert.Equal(["nexus.cache.name=access nexus.cache.result=hit", "nexus.cache.name=access nexus.cache.result=miss"], tags);
    }

    private static long Hits(CacheReads reads) => reads.Measure().First().Value;
}
