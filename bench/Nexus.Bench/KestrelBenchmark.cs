using System.Net.Http.Headers;
using System.Text;

namespace Nexus.Bench;

/// <summary>
/// Session GET and durable session PUT beside a bare Kestrel endpoint that reads the same requests and returns the same bytes. The load generator,
/// wrk, shares the processors with the servers and the database.
/// </summary>
internal static class KestrelBenchmark
{
    private const int Connections = 256;
    private const int Sessions = 2048;
    private const int RoundsEach = 7;

    /// <summary>How long the runtime takes to optimise the code of a variant.</summary>
    private static readonly TimeSpan Compilation = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(string? url, TimeSpan duration)
    {
        await using var database = await BenchDatabase.OpenAsync(url);
        await using var server = await BenchServer.StartAsync(database);
        await server.Db.Sessions.SaveBatchAsync([.. Enumerable.Range(0, Sessions).Select(n => Workload.Session(n))]);

        var (get, put) = (HttpRequests.Get(server.Address, server.AdminKey, 0), HttpRequests.Put(server.Address, server.AdminKey, 0));
        await using var bare = await BareServer.StartAsync(new Dictionary<string, HttpSample>(StringComparer.Ordinal)
        {
            ["GET"] = await SampleAsync(server, HttpMethod.Get),
            ["PUT"] = await SampleAsync(server, HttpMethod.Put),
        });
        Figures.Begin($"{Connections} connections of wrk, median of {RoundsEach} rounds of {duration.TotalSeconds:0} s, requests of "
            + $"{get.Length} and {put.Length} bytes");
        await CompareAsync("GET", bare.Address, server, (to, n) => HttpRequests.Get(to, server.AdminKey, n % Sessions), duration);
        await CompareAsync(
            "PUT", bare.Address, server,
            (to, n) => HttpRequests.Put(to, server.AdminKey, n % Sessions, Workload.FirstRevision + n), duration);
    }

    private static async Task CompareAsync(
        string method, Uri bare, BenchServer server, Func<Uri, int, byte[]> request, TimeSpan duration)
    {
        // Each save differs from the one before it of the same session.
        var turns = Enumerable.Range(0, 2 * Sessions);
        using var bareLoad = new Wrk(bare, Connections, turns.Select(turn => request(bare, turn)));
        using var load = new Wrk(server.Address, Connections, turns.Select(turn => request(server.Address, turn)));
        foreach (var each in (Wrk[])[bareLoad, load]) await each.RunAsync(method, Compilation);
        var (bares, figures) = (new Rounds(), new Rounds());
        for (var round = 0; round < RoundsEach; round++)
        {
            await bares.AddAsync(bareLoad, $"{method} bare", duration);
            await figures.AddAsync(load, $"{method} Nexus", duration);
        }
        figures.Median.Print().Compare(bares.Median.Print());
        Console.WriteLine($"  processor time of this process: {figures.Microseconds:0.0} µs a request, bare {bares.Microseconds:0.0} µs");
    }

    private static async Task<HttpSample> SampleAsync(BenchServer server, HttpMethod method)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(method, $"/v1/sessions/{Workload.ChatId(0)}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.AdminKey);
        if (method == HttpMethod.Put)
            request.Content = new StringContent(HttpRequests.Body(0, Workload.FirstRevision), Encoding.UTF8, "application/json");
        return await HttpSample.ReadAsync(client, request);
    }

    /// <summary>The rounds of one variant.</summary>
    private sealed class Rounds
    {
        private readonly List<Figures> _figures = [];
        private readonly List<double> _microseconds = [];

        /// <summary>The round with the median rate.</summary>
        public Figures Median => _figures.OrderBy(figures => figures.PerSecond).ElementAt(_figures.Count / 2);

        /// <summary>The least processor time of this process for a request, which is that of the round with the least foreign load.</summary>
        public double Microseconds => _microseconds.Min();

        public async Task AddAsync(Wrk load, string way, TimeSpan duration)
        {
            var before = Environment.CpuUsage.TotalTime;
            var figures = await load.RunAsync(way, duration);
            _figures.Add(figures);
            _microseconds.Add((Environment.CpuUsage.TotalTime - before).TotalMicroseconds / (figures.PerSecond * duration.TotalSeconds));
        }
    }
}
