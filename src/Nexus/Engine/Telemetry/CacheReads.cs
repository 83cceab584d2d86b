using System.Diagnostics.Metrics;

namespace Nexus.Engine;

/// <summary>Counts the reads of one cache. The attributes are made once, since a hit costs less than making them.</summary>
internal sealed class CacheReads(Counter<long> reads, string cache)
{
    private readonly KeyValuePair<string, object?> _cache = new("nexus.cache.name", cache);
    private readonly KeyValuePair<string, object?> _hit = new("nexus.cache.result", "hit");
    private readonly KeyValuePair<string, object?> _miss = new("nexus.cache.result", "miss");

    public void CountHit()
    {
        if (reads.Enabled) reads.Add(1, _cache, _hit);
    }

    public void CountMiss()
    {
        if (reads.Enabled) reads.Add(1, _cache, _miss);
    }
}
