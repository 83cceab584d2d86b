using System.Diagnostics;

namespace Nexus.Bench;

internal static class Measure
{
    /// <summary>The number of rounds of each variant in <see cref="RoundsAsync"/>.</summary>
    public const int Rounds = 3;

    private const int WarmUps = 25;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>How long the runtime takes to optimise the code of a variant; ASP.NET takes longest.</summary>
    private static readonly TimeSpan Compilation = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Runs the variants in turn, so that a drift of the machine affects all of them. Returns the median round of each, by its rate.
    /// </summary>
    public static Task<Figures[]> RoundsAsync(int callers, TimeSpan duration, params (string Way, Func<int, int, Task> Work)[] ways) =>
        RoundsAsync(duration, [.. ways.Select(way => (way.Way, Callers(callers, way.Work)))]);

    /// <summary>
    /// The same for variants that run their callers themselves: each gets the duration and returns how long each operation took, in stopwatch ticks.
    /// </summary>
    public static async Task<Figures[]> RoundsAsync(TimeSpan duration, params (string Way, Func<TimeSpan, Task<IEnumerable<long>>> Load)[] ways)
    {
        var all = new List<Figures[]>();
        foreach (var (_, load) in ways) await load(Compilation);
        for (var round = 0; round < Rounds; round++)
        {
            var figures = new Figures[ways.Length];
            for (var way = 0; way < ways.Length; way++) figures[way] = await LoadAsync(ways[way].Way, duration, ways[way].Load);
            all.Add(figures);
        }
        return [.. ways.Select((_, way) => all.Select(figures => figures[way]).OrderBy(figures => figures.PerSecond).ElementAt(Rounds / 2).Print())];
    }

    /// <summary>Runs concurrent callers that repeat the work until the time is over.</summary>
    public static Task<Figures> ConcurrentAsync(string way, int callers, TimeSpan duration, Func<int, int, Task> work) =>
        LoadAsync(way, duration, Callers(callers, work));

    /// <summary>Creates a load of concurrent callers.</summary>
    public static Func<TimeSpan, Task<IEnumerable<long>>> Callers(int callers, Func<int, int, Task> work) => async duration =>
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var latencies = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var mine = new List<long>(4096);
            for (var i = 0; Stopwatch.GetTimestamp() < end; i++)
            {
                var start = Stopwatch.GetTimestamp();
                await work(caller, i);
                mine.Add(Stopwatch.GetTimestamp() - start);
            }
            return mine;
        })));
        return latencies.SelectMany(list => list);
    };

    private static async Task<Figures> LoadAsync(string way, TimeSpan duration, Func<TimeSpan, Task<IEnumerable<long>>> load)
    {
        await load(WarmUp / 2);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        var latencies = await load(duration);
        var elapsed = watch.Elapsed;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var all = latencies.Order().ToArray();
        return new Figures(
            way, all.Length / elapsed.TotalSeconds, Milliseconds(all, 0.50), Milliseconds(all, 0.99), allocated / Math.Max(1, all.Length));
    }

    /// <summary>One caller that alternates between the variants, so that the disk affects all of them equally.</summary>
    public static async Task<Figures[]> InterleavedAsync(TimeSpan duration, params (string Way, Func<int, Task> Work)[] ways)
    {
        var latencies = ways.Select(_ => new List<long>()).ToArray();
        var allocated = new long[ways.Length];
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(start) < duration + WarmUp; i++)
        {
            var counts = Stopwatch.GetElapsedTime(start) > WarmUp;
            for (var way = 0; way < ways.Length; way++)
            {
                var bytes = GC.GetTotalAllocatedBytes();
                var from = Stopwatch.GetTimestamp();
                await ways[way].Work(i);
                if (!counts) continue;
                latencies[way].Add(Stopwatch.GetTimestamp() - from);
                allocated[way] += GC.GetTotalAllocatedBytes() - bytes;
            }
        }
        return [.. ways.Select((way, n) =>
        {
            var all = latencies[n].Order().ToArray();
            return new Figures(
                way.Way,
                all.Length / ((double)all.Sum() / Stopwatch.Frequency),
                Milliseconds(all, 0.50),
                Milliseconds(all, 0.99),
                allocated[n] / Math.Max(1, all.Length));
        })];
    }

    /// <summary>
    /// The median of the runs, in milliseconds, after the runtime has optimised the code, which takes some runs of each variant. The variants take
    /// turns so that a drift of the machine hits all of them.
    /// </summary>
    public static async Task<Dictionary<string, double>> TurnsAsync(int runs, params (string Way, Func<int, Task> Work)[] ways)
    {
        var times = ways.ToDictionary(way => way.Way, _ => new List<double>());
        for (var run = 0; run < WarmUps + runs; run++)
        {
            foreach (var (way, work) in ways)
            {
                GC.Collect();
                var watch = Stopwatch.StartNew();
                await work(run);
                if (run >= WarmUps) times[way].Add(watch.Elapsed.TotalMilliseconds);
            }
        }
        return times.ToDictionary(pair => pair.Key, pair => pair.Value.Order().ElementAt(pair.Value.Count / 2));
    }

    private static double Milliseconds(long[] sorted, double share) =>
        sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * share)] * 1000.0 / Stopwatch.Frequency;
}
