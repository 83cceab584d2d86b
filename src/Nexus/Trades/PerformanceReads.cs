using Nexus.Errors;

namespace Nexus.Trades;

/// <summary>The step between what a caller asks for and what a store reads.</summary>
internal static class PerformanceReads
{
    /// <summary>Groups that one call returns at most.</summary>
    public const int MaxGroups = 1000;

    /// <summary>Points of one curve at most.</summary>
    public const int MaxPoints = 10_000;

    private static readonly TimeSpan LargestBucket = TimeSpan.FromDays(366);

    /// <exception cref="NexusValidationException">A condition exceeds a limit.</exception>
    public static PerformanceQuery ToQuery(PerformanceFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Days is not null && (filter.From is not null || filter.To is not null))
            throw new NexusValidationException("days", "cannot be combined with from or to");
        if (filter is { From: { } from, To: { } to } && from >= to) throw new NexusValidationException("from", "must be before to");
        return new PerformanceQuery(
            filter.ChatId?.Value,
            filter.Symbol is null ? null : Validation.Text("symbol", filter.Symbol, Validation.MaxSymbolLength),
            filter.Strategy is null ? null : Validation.Text("strategy", filter.Strategy, Validation.MaxNameLength),
            filter.Exchange is null ? null : Validation.Text("exchange", filter.Exchange, Validation.MaxNameLength),
            filter.Days is { } days ? Validation.Range("days", days, 1, Validation.MaxDays) : null,
            filter.From?.ToUniversalTime(),
            filter.To?.ToUniversalTime(),
            filter.WithExcursions);
    }

    /// <exception cref="NexusValidationException">It is out of its range.</exception>
    public static TimeSpan Bucket(TimeSpan? bucket)
    {
        if (bucket is not { } width) return PerformanceQuery.Day;
        return width.Ticks % TimeSpan.TicksPerMinute == 0 && width >= TimeSpan.FromMinutes(1) && width <= LargestBucket
            ? width
            : throw new NexusValidationException("bucket", "must be whole minutes, one minute to 366 days");
    }

    /// <exception cref="NexusValidationException">It has too many points.</exception>
    public static IReadOnlyList<EquityPoint> ToCurve(IReadOnlyList<TradeSegment> buckets) => buckets.Count <= MaxPoints
        ? PerformanceFigures.Curve(buckets)
        : throw new NexusValidationException("bucket", $"must be so wide that the curve has at most {MaxPoints} points; or ask for a shorter period");
}
