using Nexus.Operations.Monitoring;
using Nexus.Telemetry;

namespace Nexus.Server.Observability;

/// <summary>The series of the engine that exist from the start: docs/telemetry.md.</summary>
internal static class EngineSeries
{
    private static readonly string[] Durations = ["0.001", "0.005", "0.01", "0.05", "0.1", "0.25", "0.5", "1", "5", "10"];
    private static readonly string[] BatchSizes = ["1", "2", "5", "10", "25", "50", "100", "250", "500", "1000", "10000"];
    private static readonly string[] Caches = ["sessions", "users", "access", "bot_state"];
    private static readonly string[] Sources = ["index", "store", "none"];

    public static MetricLabels Scope { get; } =
        MetricLabels.Of([new("otel_scope_name", NexusTelemetry.MeterName), new("otel_scope_version", NexusTelemetry.Version)]);

    public static IReadOnlyList<ZeroSeries> All { get; } =
    [
        new("nexus_operation_duration_seconds", "Duration of a write as its caller sees it.", Durations,
            [.. NexusOperations.Names.Select(name => MetricLabels.Of([new("nexus_operation_name", name)]))]),
        new("nexus_commit_duration_seconds", "Duration of applying one batch of writes to the store.", Durations, [MetricLabels.None]),
        new("nexus_commit_batch_size", "Writes in one batch.", BatchSizes, [MetricLabels.None]),
        new("nexus_cache_reads_total", "Reads by whether memory served them.", null,
            [.. Caches.SelectMany(cache => new[] { "hit", "miss" }.Select(result =>
                MetricLabels.Of([new("nexus_cache_name", cache), new("nexus_cache_result", result)])))]),
        new("nexus_dispatch_signals_total", "Signals by what selected their recipients; none if the bot's switches stopped them.", null,
            [.. Sources.Select(source => MetricLabels.Of([new("nexus_dispatch_source", source)]))]),
    ];
}
