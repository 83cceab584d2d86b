using System.Diagnostics;
using System.Text;

namespace Nexus.Bench;

/// <summary>
/// The dashboard of a large database: the size and the time of each page, and saves beside open overviews. The visitors run in this process, so their
/// cost counts, too.
/// </summary>
internal static class DashboardBenchmark
{
    private const int Callers = 64;
    private const int WarmUps = 5;
    private const int Runs = 15;

    private static readonly string[] Pages =
    [
        "/", "/sessions", "/sessions?mode=PILOT", "/sessions?mode=RARE", "/sessions?strategy=TREND", "/sessions?strategy=RARE", "/sessions?q=15",
        "/subscribers", "/subscribers?q=name%20ab", "/subscribers?ending=7", "/trades", "/trades/performance", "/bot-state", "/tasks", "/history",
        "/outbox", "/alerts", "/queries", "/database", "/maintenance", "/backups", "/api-keys",
    ];

    public static async Task RunAsync(string? url, bool isSlow, TimeSpan duration, int sessions, int visitors)
    {
        await using var database = await BenchDatabase.OpenAsync(url, isSlow);
        await using var server = await BenchServer.StartAsync(database, visitors);
        await LargeDatabase.FillAsync(database.Raw, sessions);
        using var visitor = await DashboardVisitor.SignInAsync(server.Address, server.AdminKey);
        await MeasurePagesAsync(visitor, sessions);
        await MeasureVisitsAsync(visitor, server.Db, duration, sessions, visitors);
    }

    private static async Task MeasurePagesAsync(DashboardVisitor visitor, int sessions)
    {
        Console.WriteLine($"pages at {sessions:N0} sessions, users and trades: median and worst of {Runs}, without the network");
        Console.WriteLine("  page                            KiB  with files    first ms   median ms    worst ms");
        foreach (var path in Pages)
        {
            var (times, first, page) = (new List<double>(), 0.0, Array.Empty<byte>());
            for (var run = 0; run < WarmUps + Runs; run++)
            {
                var watch = Stopwatch.StartNew();
                page = await visitor.GetAsync(path);
                var taken = watch.Elapsed.TotalMilliseconds;
                if (run == 0) first = taken;
                if (run >= WarmUps) times.Add(taken);
            }
            times.Sort();
            var files = 0L;
            foreach (var file in DashboardVisitor.FilesOf(Encoding.UTF8.GetString(page))) files += (await visitor.GetAsync(file)).Length;
            Console.WriteLine($"  {path,-28} {page.Length / 1024.0,6:0.0} {(page.Length + files) / 1024.0,11:0.0} "
                + $"{first,11:0.0} {times[Runs / 2],11:0.0} {times[^1],11:0.0}");
        }
    }

    private static async Task MeasureVisitsAsync(DashboardVisitor visitor, NexusDb nexus, TimeSpan duration, int sessions, int visitors)
    {
        var save = Measure.Callers(
            Callers, (caller, i) => nexus.Sessions.SaveAsync(Workload.Session(((caller * 100) + (i % 100)) % sessions, i)));
        var (alone, beside, bytes) = (0L, 0L, 0L);
        Figures.Begin($"saves beside {visitors} open dashboards, {Callers} callers, median of {Measure.Rounds} rounds of {duration.TotalSeconds} s");
        var figures = await Measure.RoundsAsync(duration, ("no dashboard", AloneAsync), ("dashboards", BesideAsync));
        figures[1].Compare(figures[0]);
        Console.WriteLine($"  {(beside - alone) / 1_048_576.0:0.0} MiB more on the heap, "
            + $"{bytes / 1024.0 / visitors:0.0} KiB of figures to each in the last round");

        async Task<IEnumerable<long>> AloneAsync(TimeSpan time)
        {
            var latencies = await save(time);
            alone = GC.GetTotalMemory(forceFullCollection: true);
            return latencies;
        }

        async Task<IEnumerable<long>> BesideAsync(TimeSpan time)
        {
            using var closing = new CancellationTokenSource();
            var open = Enumerable.Range(0, visitors).Select(_ => visitor.WatchAsync(closing.Token)).ToArray();
            var latencies = await save(time);
            beside = GC.GetTotalMemory(forceFullCollection: true);
            await closing.CancelAsync();
            bytes = (await Task.WhenAll(open)).Sum();
            return latencies;
        }
    }
}
