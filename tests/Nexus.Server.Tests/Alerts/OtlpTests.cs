using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Server.Observability;
using Nexus.Server.Settings;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Alerts;

public sealed class OtlpTests
{
    [Fact]
    public async Task Metrics_are_sent_by_OTLP_where_a_setting_names_the_receiver()
    {
        await using var collector = await StandIn.StartAsync();
        var home = new SqliteHome();
        await using var endOfHome = home;
        using var folder = new TempFolder("otlp");
        var app = NexusServer.Build(new ServerOptions
        {
            Urls = "http://127.0.0.1:0",
            Nexus = home.CreateOptions(),
            OtlpEndpoint = new Uri($"{collector.Url}/v1/metrics"),
            ConfigureLogging = logging => logging.ClearProviders(),
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        app.Services.GetRequiredService<ServerMetrics>().Begin();
        // Ending flushes what was counted.
        await app.StopAsync(TestContext.Current.CancellationToken);
        await app.DisposeAsync();

        var (path, headers, body) = collector.Requests.First();
        Assert.Equal("/v1/metrics", path);
        Assert.Equal("application/x-protobuf", headers.ContentType);
        Assert.Contains("nexus.store.up", body, StringComparison.Ordinal);
    }
}
