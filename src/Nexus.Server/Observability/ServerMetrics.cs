using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Server.Access;
using OpenTelemetry.Metrics;

namespace Nexus.Server.Observability;

/// <summary>What Prometheus reads: HTTP, runtime and driver meters as they come, and the engine's own. No label names a user.</summary>
internal sealed class ServerMetrics : IDisposable
{
    private const string MeterName = "Nexus.Server";

    private readonly Meter _meter;

    public ServerMetrics(IMeterFactory meters, NexusDb db)
    {
        _meter = meters.Create(MeterName);
        _meter.CreateObservableGauge("nexus.queue.pending", () => db.QueuedWrites, description: "Writes that wait or are in flight.");
    }

    public void Dispose() => _meter.Dispose();

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<ServerMetrics>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("Nexus*", "Npgsql", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<ServerMetrics>();
        routes.MapPrometheusScrapingEndpoint("/metrics").Requires(ApiKeyAuthorization.Metrics);
    }
}
