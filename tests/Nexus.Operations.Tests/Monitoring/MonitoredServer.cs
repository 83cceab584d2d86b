using System.Net.Http.Headers;
using System.Text;
using Nexus.Operations.Monitoring;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Monitoring;

/// <summary>The program as it serves PostgreSQL or the embedded store, in a process of its own, and its metrics.</summary>
internal sealed class MonitoredServer : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly TestDatabase? _database;

    private MonitoredServer(NexusProgram program, ChildProcess process, TestDatabase? database, HttpClient http) =>
        (Program, _process, _database, Http) = (program, process, database, http);

    public NexusProgram Program { get; }

    public TestDatabase Database => _database!;

    public HttpClient Http { get; }

    public ChildProcess Process => _process;

    public string Log => _process.Error;

    public static async Task<MonitoredServer> StartAsync(bool usesPostgres, PostgresCluster? cluster = null, params string[] arguments)
    {
        var program = new NexusProgram();
        var database = usesPostgres ? await TestDatabase.CreateAsync(cluster) : null;
        program.Environment["NEXUS_KEYS"] = usesPostgres ? Secrets.KeyRing.GenerateKey() : null;
        program.Environment["DATABASE_URL"] = database?.Url;
        var (process, url) = await program.ServeAsync(arguments);
        var key = (await File.ReadAllTextAsync(Path.Combine(program.Data, "admin.key"))).Trim();
        var http = new HttpClient { BaseAddress = new Uri(url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return new MonitoredServer(program, process, database, http);
    }

    /// <summary>Does one operation with each outcome that is counted, on a connection that is counted too.</summary>
    public async Task UseAsync()
    {
        // The first scrape starts the counting.
        await ScrapeAsync();
        using var http = new HttpClient { BaseAddress = Http.BaseAddress };
        http.DefaultRequestHeaders.Authorization = Http.DefaultRequestHeaders.Authorization;
        using var first = await http.PutAsync("/v1/sessions/1", Json("""{"config":{}}"""));
        first.EnsureSuccessStatusCode();
        using var conflict = new HttpRequestMessage(HttpMethod.Put, "/v1/sessions/1") { Content = Json("""{"config":{}}""") };
        conflict.Headers.TryAddWithoutValidation("If-Match", "\"99\"");
        using var second = await http.SendAsync(conflict);
        for (var i = 0; i < 2; i++) using (await http.GetAsync("/v1/sessions/1")) first.EnsureSuccessStatusCode();
    }

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    public Task<string> ScrapeAsync() => Http.GetStringAsync("/metrics");

    /// <summary>Scrapes until a metric is there.</summary>
    public async Task<List<MetricSample>> ScrapeAsync(string metric)
    {
        List<MetricSample> samples = [];
        await Eventually.TrueAsync(async () => (samples = ExpositionReader.Read(await ScrapeAsync())).Exists(sample => sample.Name == metric));
        return samples;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _process.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        Program.Dispose();
    }
}
