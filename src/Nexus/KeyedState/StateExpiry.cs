using Nexus.Errors;

namespace Nexus.KeyedState;

/// <summary>When a value ceases to exist: after a time by the store's clock, at an instant, or never.</summary>
/// <example><code>await db.State.SaveAsync("dialogs", "42", StateJson.Parse("1"), StateExpiry.After(TimeSpan.FromHours(1)));</code></example>
public readonly record struct StateExpiry
{
    /// <summary>The longest time to live.</summary>
    public static readonly TimeSpan MaxTimeToLive = TimeSpan.FromDays(Validation.MaxDays);

    private StateExpiry(TimeSpan? timeToLive, DateTimeOffset? at) => (TimeToLive, ExpiresAt) = (timeToLive, at);

    /// <summary>The value stays until it is deleted.</summary>
    public static StateExpiry Never => default;

    /// <summary>The time to live from the moment of the write by the store's clock; null if there is none.</summary>
    public TimeSpan? TimeToLive { get; }

    /// <summary>The instant at which the value expires; null if none is given.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>After a time to live, counted from the moment of the write by the store's clock.</summary>
    /// <param name="timeToLive">1 microsecond to 36,500 days; finer digits are cut off.</param>
    /// <exception cref="NexusValidationException">The time is zero, negative or too long.</exception>
    public static StateExpiry After(TimeSpan timeToLive) =>
        timeToLive.Ticks >= TimeSpan.TicksPerMicrosecond && timeToLive <= MaxTimeToLive
            ? new StateExpiry(TimeSpan.FromTicks(timeToLive.Ticks - (timeToLive.Ticks % TimeSpan.TicksPerMicrosecond)), null)
            : throw new NexusValidationException("ttl", $"must be above zero and at most {Validation.MaxDays} days");

    /// <summary>At an instant. One that has passed makes a value that does not exist.</summary>
    public static StateExpiry At(DateTimeOffset instant) => new(null, Validation.CalendarInstant(instant));
}
