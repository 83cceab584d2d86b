namespace Nexus.Operations.Maintenance;

/// <summary>Settings of the scheduled maintenance.</summary>
public sealed record MaintenanceOptions
{
    /// <summary>Whether <c>nexus serve</c> runs the jobs.</summary>
    public bool IsScheduled { get; init; } = true;

    /// <summary>How long after the start of the server the first job may run.</summary>
    public TimeSpan StartAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The first quiet hour of the day in UTC, 0 to 23.</summary>
    public int QuietFrom { get; init; } = 1;

    /// <summary>The hour in UTC at which the quiet hours end, 0 to 23; may be before <see cref="QuietFrom"/>.</summary>
    public int QuietUntil { get; init; } = 5;

    /// <summary>
    /// How many whole months of trades stay in the database, 1 to 1,200; older ones are archived in the data folder and removed. Null keeps all.
    /// </summary>
    public int? RetainTradesMonths { get; init; }

    /// <summary>What is done about subscriptions that end.</summary>
    public SubscriptionOptions Subscriptions { get; init; } = new();

    /// <summary>Whether an instant is in the quiet hours.</summary>
    public bool IsQuiet(DateTimeOffset at)
    {
        var hour = at.UtcDateTime.Hour;
        return QuietFrom <= QuietUntil ? hour >= QuietFrom && hour < QuietUntil : hour >= QuietFrom || hour < QuietUntil;
    }
}
