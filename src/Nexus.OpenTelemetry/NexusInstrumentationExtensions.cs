using Nexus.Telemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Nexus;

/// <summary>Adds the metrics and traces of Nexus to OpenTelemetry.</summary>
/// <example><code>
/// builder.Services.AddOpenTelemetry()
///     .WithMetrics(metrics => metrics.AddNexusInstrumentation())
///     .WithTracing(traces => traces.AddNexusInstrumentation());
/// </code></example>
public static class NexusInstrumentationExtensions
{
    /// <summary>Collects the metrics of every Nexus database of the process.</summary>
    /// <param name="builder">The provider that is being built.</param>
    /// <returns>The same builder.</returns>
    public static MeterProviderBuilder AddNexusInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(NexusTelemetry.MeterName);
    }

    /// <summary>Collects the traces of every Nexus database of the process.</summary>
    /// <param name="builder">The provider that is being built.</param>
    /// <returns>The same builder.</returns>
    public static TracerProviderBuilder AddNexusInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(NexusTelemetry.ActivitySourceName);
    }
}
