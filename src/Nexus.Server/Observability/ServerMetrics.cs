using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Server.Api;
using Nexus.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Nexus.Server.Observability;

/// <summary>What Prometheus reads: HTTP, runtime and driver meters as they come, and the engine's own. No label names a user.</summary>
/// <remarks>Setting the exporter up costs a tenth of the start, so it happens beside the first requests and not before them.</remarks>
internal sealed class ServerMetrics : IDisposable
{
    private const string Path = "/metrics";

    private readonly Lazy<MeterProvider> _provider;
    private readonly Lazy<RequestDelegate> _scrape;

    public ServerMetrics(IServiceProvider services, IMeterFactory meters)
    {
        _provider = new Lazy<MeterProvider>(() => CreateProvider(meters));
        _scrape = new Lazy<RequestDelegate>(() => new ApplicationBuilder(services).UseOpenTelemetryPrometheusScrapingEndpoint(_provider.Value, null, Path, null, null).Build());
    }

    public void Dispose()
    {
        if (_provider.IsValueCreated) _provider.Value.Dispose();
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, (HttpContext http, ServerMetrics metrics) => metrics._scrape.Value(http)).Requires(ApiScopes.Metrics).ExcludeFromDescription();

    /// <summary>Counts from now on.</summary>
    public void Begin() => _ = _provider.Value;

    // Meters of another host in this process carry that host's factory as their scope. They share names with ours, and when that host stops, its end
    // of the measurements would end ours too.
    private static MeterProvider CreateProvider(IMeterFactory ours) => Sdk.CreateMeterProviderBuilder()
        .AddMeter(NexusTelemetry.MeterName, "Npgsql", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
        .AddView(instrument => instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, ours) ? null : MetricStreamConfiguration.Drop)
        .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0)
        .Build();
}
