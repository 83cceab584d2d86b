namespace Nexus.Tasks;

/// <summary>How a schedule is written.</summary>
public enum TaskScheduleKind
{
    /// <summary>A cron expression in a time zone.</summary>
    Cron,

    /// <summary>A fixed time between two runs.</summary>
    Interval,

    /// <summary>One run at an instant.</summary>
    Date,
}
