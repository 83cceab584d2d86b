namespace Nexus.Server.Dashboard;

/// <summary>The figures of one interval.</summary>
/// <param name="At">The end of the interval.</param>
/// <param name="Rate">Operations per second.</param>
/// <param name="Errors">Failed operations per second.</param>
/// <param name="Median">The median duration in seconds; null without operations.</param>
/// <param name="Slowest">The 99th percentile of the durations in seconds; null without operations.</param>
/// <param name="Queued">Writes that wait or are in flight.</param>
/// <param name="CacheHits">The share of reads that memory served, 0 to 1; null without reads.</param>
/// <param name="Pending">Writes in the outbox.</param>
public sealed record FigureSample(
    DateTimeOffset At, double Rate, double Errors, double? Median, double? Slowest, int Queued, double? CacheHits, long Pending);
