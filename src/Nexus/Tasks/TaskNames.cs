using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Tasks;

/// <summary>The names of schedules and policies in stores and on the wire.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class TaskNames
{
    /// <summary>The name of a kind of schedule.</summary>
    public static string Of(TaskScheduleKind kind) => kind switch
    {
        TaskScheduleKind.Cron => "cron",
        TaskScheduleKind.Interval => "interval",
        TaskScheduleKind.Date => "date",
        _ => throw new NexusValidationException("schedule.type", "must be cron, interval or date"),
    };

    /// <summary>The kind of schedule with a name; null for any other text.</summary>
    public static TaskScheduleKind? KindOf(string name) => name switch
    {
        "cron" => TaskScheduleKind.Cron,
        "interval" => TaskScheduleKind.Interval,
        "date" => TaskScheduleKind.Date,
        _ => null,
    };

    /// <summary>The name of a policy.</summary>
    public static string Of(MissedRuns missed) => missed switch
    {
        MissedRuns.Once => "once",
        MissedRuns.All => "all",
        MissedRuns.Skip => "skip",
        _ => throw new NexusValidationException("missed", "must be once, all or skip"),
    };

    /// <summary>The policy with a name.</summary>
    /// <exception cref="NexusValidationException">It is another text.</exception>
    public static MissedRuns MissedOf(string? name) => name switch
    {
        null or "once" => MissedRuns.Once,
        "all" => MissedRuns.All,
        "skip" => MissedRuns.Skip,
        _ => throw new NexusValidationException("missed", "must be once, all or skip"),
    };

    /// <summary>As a store holds it, which may be anything.</summary>
    internal static MissedRuns StoredMissed(string name) => name == "all" ? MissedRuns.All : name == "skip" ? MissedRuns.Skip : MissedRuns.Once;
}
