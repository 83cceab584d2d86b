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

/// <summary>The metrics for Prometheus: the meters of HTTP, runtime, driver and engine. No label identifies a user.</summary>
/// <remarks>Creating the exporter takes a tenth of the startup time, so it runs concurrently with the first requests.</remarks>
internal sealed class ServerMetrics : IDisposable
{
    private const string Path = "/metrics";

    private readonly Lazy<MeterProvider> _provider;
    private readonly Lazy<RequestDelegate> _scrape;

    public ServerMetrics(IServiceProvider services, IMeterFactory meters)
    {
        _provider = new Lazy<MeterProvider>(() => CreateProvider(meters));
        _scrape = new Lazy<RequestDelegate>(
            () => new ApplicationBuilder(services).UseOpenTelemetryPrometheusScrapingEndpoint(_provider.Value, null, Path, null, null).Build());
    }

    public void Dispose()
    {
        if (_provider.IsValueCreated) _provider.Value.Dispose();
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, (HttpContext http, ServerMetrics metrics) => metrics._scrape.Value(http)).Requires(ApiScopes.Metrics)
            .ExcludeFromDescription();

    /// <summary>Starts counting.</summary>
    public void Begin() => _ = _provider.Value;

    // Meters of another host in this process have that host's factory as their scope, and a database that is opened without a host has none. They
    // share names with ours, and closing them would also end our measurements.
    private static MeterProvider CreateProvider(IMeterFactory ours) => Sdk.CreateMeterProviderBuilder()
        .AddMeter(NexusTelemetry.MeterName, "Npgsql", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
        .AddView(instrument => IsOurs(instrument.Meter, ours) ? null : MetricStreamConfiguration.Drop)
        .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0)
        .Build();

    private static bool IsOurs(Meter meter, IMeterFactory ours) =>
        ReferenceEquals(meter.Scope, ours) || (meter.Scope is null && meter.Name != NexusTelemetry.MeterName);
}
