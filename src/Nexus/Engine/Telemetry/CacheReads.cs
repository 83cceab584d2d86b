using System.Diagnostics.Metrics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Nexus.Engine;

/// <summary>
/// Counts the reads of one cache. A hit costs less than one measurement of a counter with its attributes, and less than two atomic additions, so a
/// thread counts in a line that it alone writes, and the sum is made when it is asked for (<c>bench metrics</c>).
/// </summary>
/// <remarks>
/// A line belongs to the first thread whose id falls on it, for good: an id is given again only after its thread has ended. Other threads of that
/// line share one, where they count atomically. The thread's id, not the processor's, which takes as long to find as the read itself on some virtual
/// machines.
/// </remarks>
internal sealed class CacheReads
{
    private static readonly int Lines = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(4 * Environment.ProcessorCount, 16, 64));

    private readonly Instrument _instrument;
    private readonly Line[] _lines = new Line[Lines];
    private readonly KeyValuePair<string, object?>[] _hit;
    private readonly KeyValuePair<string, object?>[] _miss;
    private Line _shared;

    /// <param name="instrument">What reports the reads; nothing is counted while nobody listens to it.</param>
    /// <param name="cache">The name of the cache.</param>
    public CacheReads(Instrument instrument, string cache)
    {
        _instrument = instrument;
        var name = new KeyValuePair<string, object?>("nexus.cache.name", cache);
        _hit = [name, new("nexus.cache.result", "hit")];
        _miss = [name, new("nexus.cache.result", "miss")];
    }

    public void CountHit()
    {
        if (!_instrument.Enabled) return;
        ref var line = ref Line.OfThread(_lines, out var isOwn);
        if (isOwn) line.Hits++;
        else Interlocked.Increment(ref _shared.Hits);
    }

    public void CountMiss()
    {
        if (!_instrument.Enabled) return;
        ref var line = ref Line.OfThread(_lines, out var isOwn);
        if (isOwn) line.Misses++;
        else Interlocked.Increment(ref _shared.Misses);
    }

    /// <summary>The reads so far.</summary>
    public IEnumerable<Measurement<long>> Measure()
    {
        var (hits, misses) = (Interlocked.Read(ref _shared.Hits), Interlocked.Read(ref _shared.Misses));
        for (var i = 0; i < _lines.Length; i++)
        {
            hits += Volatile.Read(ref _lines[i].Hits);
            misses += Volatile.Read(ref _lines[i].Misses);
        }
        return [new(hits, _hit), new(misses, _miss)];
    }

    // 128 bytes, since processors fetch their lines of 64 bytes in pairs: otherwise they would wait for each other's counts.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Line
    {
        [FieldOffset(0)]
        public long Hits;

        [FieldOffset(8)]
        public long Misses;

        /// <summary>The id of the thread that counts here; 0: none yet.</summary>
        [FieldOffset(16)]
        public int Owner;

        public static ref Line OfThread(Line[] lines, out bool isOwn)
        {
            var thread = Environment.CurrentManagedThreadId;
            ref var line = ref lines[thread & (lines.Length - 1)];
            isOwn = line.Owner == thread || (line.Owner == 0 && Interlocked.CompareExchange(ref line.Owner, thread, 0) == 0);
            return ref line;
        }
    }
}
