using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Operations.Monitoring;
using Nexus.Server.Api;
using Nexus.Server.Settings;
using Nexus.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Nexus.Server.Observability;

/// <summary>The metrics for Prometheus and OTLP: the meters of HTTP, runtime, driver, engine and monitoring. No label identifies a user.</summary>
/// <remarks>Creating the exporter takes a tenth of the startup time, so it runs concurrently with the first requests.</remarks>
internal sealed class ServerMetrics : IMetricSource, IDisposable
{
    private const string Path = "/metrics";

    private readonly Lazy<MeterProvider> _provider;
    private readonly Lazy<RequestDelegate> _scrape;

    public ServerMetrics(IServiceProvider services, IMeterFactory meters, ServerOptions options)
    {
        _provider = new Lazy<MeterProvider>(() => CreateProvider(meters, options));
        _scrape = new Lazy<RequestDelegate>(
            () => new ApplicationBuilder(services).UseOpenTelemetryPrometheusScrapingEndpoint(_provider.Value, null, Path, null, null).Build());
    }

    public void Dispose()
    {
        if (_provider.IsValueCreated) _provider.Value.Dispose();
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, (HttpContext http, ServerMetrics metrics) => metrics.WriteAsync(http)).Requires(ApiScopes.Metrics)
            .ExcludeFromDescription();

    /// <summary>Starts counting.</summary>
    public void Begin() => _ = _provider.Value;

    /// <summary>The text that a scrape would get, so that rules see what Prometheus sees.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        var http = new DefaultHttpContext { RequestAborted = cancellationToken };
        http.Request.Path = Path;
        http.Request.Method = HttpMethods.Get;
        return await ExportAsync(http);
    }

    private async Task WriteAsync(HttpContext http)
    {
        // The exporter compresses on request, and what it writes is completed here.
        http.Request.Headers.AcceptEncoding = default;
        if (await ExportAsync(http) is not { } text) return;
        var bytes = Encoding.UTF8.GetBytes(text);
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    /// <summary>Null if the exporter failed; the response then has its status.</summary>
    private async Task<string?> ExportAsync(HttpContext http)
    {
        var body = http.Response.Body;
        using var buffer = new MemoryStream();
        http.Response.Body = buffer;
        try
        {
            await _scrape.Value(http);
        }
        finally
        {
            http.Response.Body = body;
        }
        return http.Response.StatusCode == StatusCodes.Status200OK && buffer.Length > 0
            ? ZeroSeries.Complete(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length), EngineSeries.All, EngineSeries.Scope)
            : null;
    }

    // Meters of another host in this process have that host's factory as their scope, and a database that is opened without a host has none. They
    // share names with ours, and closing them would also end our measurements.
    private static MeterProvider CreateProvider(IMeterFactory ours, ServerOptions options)
    {
        var builder = Sdk.CreateMeterProviderBuilder()
            .AddMeter(NexusTelemetry.MeterName, MonitoringServices.MeterName, "Npgsql", "System.Runtime", "Microsoft.AspNetCore.Hosting",
                "Microsoft.AspNetCore.Server.Kestrel")
            .AddView(instrument => IsOurs(instrument.Meter, ours) ? null : MetricStreamConfiguration.Drop)
            .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0);
        if (options.OtlpEndpoint is { } endpoint)
        {
            builder.ConfigureResource(resource => resource.AddService("nexus"))
                .AddOtlpExporter(exporter => (exporter.Endpoint, exporter.Protocol) = (endpoint, OtlpExportProtocol.HttpProtobuf));
        }
        return builder.Build();
    }

    private static bool IsOurs(Meter meter, IMeterFactory ours) =>
        ReferenceEquals(meter.Scope, ours) || (meter.Scope is null && meter.Name != NexusTelemetry.MeterName);
}
