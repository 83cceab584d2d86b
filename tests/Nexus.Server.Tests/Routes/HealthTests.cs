using Nexus.Failover;
using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Routes;

public sealed class HealthTests(EmbeddedServer embedded, PostgresServer postgres)
{
    [Fact]
    public async Task Health_is_open_and_says_one_word()
    {
        foreach (var server in new SharedServer[] { embedded, postgres })
        {
            using var nobody = new ApiClient(server.Server.Url, null);
            Assert.Equal("""{"status":"ok"}""", (await nobody.GetAsync("/health/live")).Expect(200).Text);
            Assert.Equal("""{"status":"ok"}""", (await nobody.GetAsync("/health/ready")).Expect(200).Text);
        }
    }

    [Fact]
    public async Task Metrics_are_text_that_Prometheus_reads()
    {
        const string chat = "777000111222";
        await postgres.Bot.GetAsync($"/v1/sessions/{chat}");
        using var scraper = await postgres.Server.CallerAsync("metrics");
        var metrics = (await scraper.GetAsync("/metrics")).Expect(200);
        Assert.Equal("text/plain", metrics.ContentType);
        foreach (var name in new[]
            {
                "nexus_queue_pending",
                "http_server_request_duration_seconds_bucket",
                "dotnet_process_memory_working_set_bytes",
                "db_client_connection_count",
            })
        {
            Assert.Contains($"\n{name}{{", metrics.Text, StringComparison.Ordinal);
        }
        Assert.DoesNotContain(chat, metrics.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_server_of_this_process_that_stops_takes_no_metric_along()
    {
        await using var lasting = await RunningServer.StartAsync(new SqliteHome());
        await using (var passing = await RunningServer.StartAsync(new SqliteHome()))
        {
            (await passing.Admin.GetAsync("/metrics")).Expect(200);
        }
        await lasting.Admin.GetAsync("/v1/status");
        Assert.Contains("\nnexus_queue_pending{", (await lasting.Admin.GetAsync("/metrics")).Expect(200).Text, StringComparison.Ordinal);
        // Ended measurements go with the first collection, so it is the second that would miss them.
        Assert.Contains("\nnexus_queue_pending{", (await lasting.Admin.GetAsync("/metrics")).Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_opened_beside_the_server_and_closed_takes_no_metric_along()
    {
        await using var server = await RunningServer.StartAsync(new SqliteHome());
        await using (var home = new SqliteHome())
        await using (await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: TestContext.Current.CancellationToken))
        {
            Assert.Contains("\nnexus_queue_pending{", (await server.Admin.GetAsync("/metrics")).Expect(200).Text, StringComparison.Ordinal);
        }
        for (var scrapes = 0; scrapes < 2; scrapes++)
            Assert.Contains("\nnexus_queue_pending{", (await server.Admin.GetAsync("/metrics")).Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_shows_the_servers_own_pool_and_queue()
    {
        var status = (await postgres.Admin.GetAsync("/v1/status")).Expect(200);
        Assert.Equal("postgresql", status["store"].GetProperty("kind").GetString());
        // Other tests write at the same time.
        Assert.InRange(status["queuedWrites"].GetInt32(), 0, 10_000);
        Assert.Equal(5, status["store"].GetProperty("poolMax").GetInt32());
        Assert.DoesNotContain("postgres://", status.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_database_goes_away_says_so_and_comes_back()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await using var server = await RunningServer.StartAsync(new OtherHome(database.Url));
        (await server.Admin.PutAsync("/v1/sessions/1", """{"config":{}}""")).Expect(201);
        await cluster.StopAsync(immediately: true);

        // The first write may have been on its way when the connection broke: then nobody knows what became of it.
        var write = (await server.Admin.PutAsync("/v1/sessions/2", """{"config":{}}""")).Expect(503);
        Assert.Contains(write["code"].GetString(), new[] { "unavailable", "unknown_outcome" });
        Assert.NotNull(write.Header("Retry-After"));
        (await server.Admin.GetAsync("/v1/sessions")).ExpectProblem(503, "unavailable");
        Assert.Equal("""{"status":"unavailable"}""", (await server.Admin.GetAsync("/health/ready")).Expect(503).Text);
        (await server.Admin.GetAsync("/health/live")).Expect(200);
        var access = (await server.Admin.GetAsync("/v1/users/77/access")).Expect(200);
        Assert.Equal((false, "error"), (access["allowed"].GetBoolean(), access["role"].GetString()));

        await cluster.RestartAsync();
        await Eventually.TrueAsync(async () => (await server.Admin.PutAsync("/v1/sessions/2", """{"config":{}}""")).Status is 200 or 201);
        // A result of the probe is reused for a moment: this one may be from before the restart.
        await Eventually.TrueAsync(async () => (await server.Admin.GetAsync("/health/ready")).Status == 200);
    }

    private sealed class OtherHome(string url) : StoreHome
    {
        public override NexusOptions CreateOptions() =>
            new()
            {
                Database = url,
                Keys = Secrets.KeyRing.GenerateKey(),
                MinPoolSize = 1,
                ConnectTimeout = TimeSpan.FromSeconds(2),
                Fallback = FallbackMode.Off,
            };

        public override Task<byte[]> ReadEverythingAsync() => Task.FromResult<byte[]>([]);

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
