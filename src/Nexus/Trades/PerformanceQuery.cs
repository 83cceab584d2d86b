namespace Nexus.Trades;

/// <summary>Closed trades in groups, and within each group in buckets of the time of their exit.</summary>
/// <param name="GroupBy">Null for one group of all.</param>
internal sealed record PerformanceQuery(
    string? ChatId = null,
    string? Symbol = null,
    string? Strategy = null,
    string? Exchange = null,
    int? Days = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    bool WithExcursions = false,
    PerformanceGrouping? GroupBy = null)
{
    /// <summary>A Monday, so that buckets of weeks begin with one.</summary>
    public static readonly DateTimeOffset Origin = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The width of the buckets, aligned to <see cref="Origin"/>.</summary>
    public TimeSpan Bucket { get; init; } = Day;

    /// <summary>The start of the bucket of a time; those beyond the calendar, and no time, have none.</summary>
    public DateTimeOffset? StartOfBucket(DateTimeOffset? at)
    {
        if (at is not { } time || time == DateTimeOffset.MinValue || time == DateTimeOffset.MaxValue) return at;
        var beyond = (time - Origin).Ticks % Bucket.Ticks;
        var start = time.UtcTicks - beyond - (beyond < 0 ? Bucket.Ticks : 0);
        return new DateTimeOffset(Math.Max(start, 0), TimeSpan.Zero);
    }
}
