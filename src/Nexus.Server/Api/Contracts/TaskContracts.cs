using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.Json;
using Nexus.Tasks;

namespace Nexus.Server.Api;

/// <summary>When a task runs.</summary>
internal sealed class TaskScheduleBody
{
    [Description("Required. cron, interval or date.")]
    [AllowedValues("cron", "interval", "date")]
    public string? Type { get; set; }

    [Description("Required. cron: five fields, or six with seconds first, at most 200 characters. interval: whole seconds, 1 to 316224000, or an "
        + "ISO 8601 duration such as PT5M. date: an ISO 8601 instant with its offset.")]
    public string? Value { get; set; }

    [Description("cron only: an IANA time zone. Default: UTC.")]
    public string? Timezone { get; set; }

    public TaskSchedule ToSchedule() => TaskSchedule.Parse(
        Type ?? throw new NexusValidationException("schedule.type", "is required"),
        Value ?? throw new NexusValidationException("schedule.value", "is required"), Timezone);
}

/// <summary>A task to create.</summary>
internal sealed class TaskBody
{
    [Description("Any UUID, so that a repeat creates nothing. Default: a new one.")]
    public Guid? Id { get; set; }

    [Description("Required. The chat.")]
    public ChatId? ChatId { get; set; }

    [Description("Required. What the worker does, 1 to 100 characters.")]
    [StringLength(100, MinimumLength = 1)]
    public string? Action { get; set; }

    [Description("A JSON object of at most 256 KiB. Its secrets are sealed. Default: {}.")]
    public RawJson Params { get; set; }

    [Description("Required. When the task runs.")]
    public TaskScheduleBody? Schedule { get; set; }

    [Description("What happens to runs that were missed: once (default), all or skip.")]
    [AllowedValues("once", "all", "skip")]
    public string? Missed { get; set; }

    [Description("At most 1,000 characters.")]
    [MaxLength(1_000)]
    public string? Description { get; set; }

    [Description("The caller's own name of the task, at most 200 characters.")]
    [MaxLength(200)]
    public string? JobId { get; set; }

    [Description("Default: true.")]
    public bool? IsActive { get; set; }

    [Description("When the first run is due. Default: the first occurrence of the schedule after now, by the store's clock.")]
    public DateTimeOffset? NextRun { get; set; }

    public NewTask ToTask() => new()
    {
        Id = Id,
        ChatId = ChatId ?? throw new NexusValidationException("chatId", "is required"),
        Action = Action ?? throw new NexusValidationException("action", "is required"),
        Parameters = Params.IsGiven() ? Params.ToStateJson() : StateJson.EmptyObject,
        Schedule = (Schedule ?? throw new NexusValidationException("schedule", "is required")).ToSchedule(),
        Missed = TaskNames.MissedOf(Missed),
        Description = Description,
        JobId = JobId,
        IsActive = IsActive ?? true,
        NextRun = NextRun,
    };
}

/// <summary>A change of a task. What is absent stays.</summary>
internal sealed class TaskChangeBody
{
    [Description("What the worker does, 1 to 100 characters.")]
    public string? Action { get; set; }

    [Description("The new parameters, whole. A mask keeps the stored secret of this task.")]
    public RawJson Params { get; set; }

    [Description("The next run is computed from now.")]
    public TaskScheduleBody? Schedule { get; set; }

    [Description("once, all or skip.")]
    [AllowedValues("once", "all", "skip")]
    public string? Missed { get; set; }

    [Description("At most 1,000 characters. An empty text removes it.")]
    public string? Description { get; set; }

    [Description("At most 200 characters. An empty text removes it.")]
    public string? JobId { get; set; }

    [Description("false pauses the task; true resumes it, and its next run is computed from now.")]
    public bool? IsActive { get; set; }

    [Description("When the next run is due.")]
    public DateTimeOffset? NextRun { get; set; }

    public TaskChange ToChange() => new()
    {
        Action = Action,
        Parameters = Params.IsGiven() ? Params.ToStateJson() : null,
        Schedule = Schedule?.ToSchedule(),
        Missed = Missed is null ? null : TaskNames.MissedOf(Missed),
        Description = Description,
        JobId = JobId,
        IsActive = IsActive,
        NextRun = NextRun,
    };
}

/// <summary>A claim of due tasks.</summary>
internal sealed class TaskClaimBody
{
    [Description("The most tasks, 1 to 1,000. Default: 10.")]
    [Range(1, 1_000)]
    public int? Limit { get; set; }

    [Description("Required. How long the claim holds unless it is renewed, 1 to 3,600 seconds.")]
    [Range(1, 3_600)]
    public double? LeaseSeconds { get; set; }

    [StringLength(100, MinimumLength = 1)]
    [Description("Who claims, for people: 1 to 100 characters. Default: the name of the server and its process.")]
    public string? Holder { get; set; }
}

/// <summary>The end of a run.</summary>
internal sealed class TaskCompleteBody
{
    [Description("Required. The number of the claim.")]
    public long? Fence { get; set; }

    [Description("Why the run failed. Cut to 1,000 characters; secrets in it are masked. Absent: it did not fail.")]
    public string? Error { get; set; }
}

/// <summary>A renewal of a claim.</summary>
internal sealed class TaskRenewBody
{
    [Description("Required. The number of the claim.")]
    public long? Fence { get; set; }

    [Description("Required. How long the claim holds from now, 1 to 3,600 seconds.")]
    [Range(1, 3_600)]
    public double? LeaseSeconds { get; set; }
}

/// <summary>A task that is given back.</summary>
internal sealed class TaskReleaseBody
{
    [Description("Required. The number of the claim.")]
    public long? Fence { get; set; }

    [Description("How long nobody can claim the task, 0 to 86,400 seconds. Default: 0.")]
    [Range(0, 86_400)]
    public double? DelaySeconds { get; set; }

    [Description("Why the attempt failed. Absent: the run was not begun, and the attempt does not count.")]
    public string? Error { get; set; }
}

/// <summary>When a task runs.</summary>
internal sealed record TaskScheduleView(
    [property: AllowedValues("cron", "interval", "date")] string Type,
    [property: Description("The cron expression, whole seconds, or an instant.")] string Value,
    [property: Description("The time zone of a cron expression; UTC for the others.")] string Timezone);

/// <summary>The claim of the worker that has a task.</summary>
internal sealed record TaskLeaseView(
    string Holder,
    [property: Description("The number of the claim: greater than that of every earlier claim of the task.")] long Fence,
    [property: Description("Until when it holds unless it is renewed, by the store's clock.")] DateTimeOffset Until,
    [property: Description("When the run was due. The task's id and this instant identify the run.")] DateTimeOffset Due);

/// <summary>A scheduled task.</summary>
internal sealed record TaskView(
    Guid Id,
    ChatId ChatId,
    string Action,
    [property: Description("Its secrets show a mask unless the API key has the scope secrets.")] RawJson Params,
    TaskScheduleView Schedule,
    [property: AllowedValues("once", "all", "skip")] string Missed,
    string? Description,
    string? JobId,
    bool IsActive,
    [property: Description("When the next run is due, or the run in progress was; null if there is none.")] DateTimeOffset? NextRun,
    [property: Description("Claims since the last completed run.")] int Attempts,
    DateTimeOffset? LastRun,
    [property: Description("Why the last run or attempt failed; null if it did not.")] string? LastError,
    [property: Description("The claim of the worker that has the task; null if nobody has it.")] TaskLeaseView? Lease,
    [property: Description("Increases with each change and each completed run, but not with claims. Also the ETag.")] long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    [Description("Fields that are masked because the server's encryption keys cannot open them.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Unreadable { get; init; }

    public static TaskView From(ScheduledTask task, bool reveal)
    {
        var unreadable = new List<string>();
        var parameters = new RawJson(reveal ? task.Parameters.Revealed(unreadable) : task.Parameters.Masked());
        return new TaskView(
            task.Id, task.ChatId, task.Action, parameters,
            new TaskScheduleView(TaskNames.Of(task.Schedule.Kind), task.Schedule.Text, task.Schedule.TimeZone), TaskNames.Of(task.Missed),
            task.Description, task.JobId, task.IsActive, task.NextRun, task.Attempts, task.LastRun, task.LastError,
            task.Lease is { } lease ? new TaskLeaseView(lease.Holder, lease.Fence, lease.Until, lease.Due) : null, task.Version, task.CreatedAt,
            task.UpdatedAt)
        {
            Unreadable = unreadable.Count == 0 ? null : unreadable,
        };
    }
}

/// <summary>A page of tasks.</summary>
internal sealed record TaskPage(
    IReadOnlyList<TaskView> Tasks, [property: Description("The cursor of the next page; null on the last page.")] string? Next);

/// <summary>Tasks that were claimed.</summary>
internal sealed record TaskClaimList([property: Description("Empty if none is due.")] IReadOnlyList<TaskView> Tasks);

/// <summary>A run that was completed.</summary>
internal sealed record TaskCompletionView(
    [property: Description("When the task runs next; null if it has ended.")] DateTimeOffset? NextRun,
    long Version,
    [property: Description("The same claim had been completed before: nothing changed now.")] bool AlreadyCompleted);

/// <summary>A claim that was renewed.</summary>
internal sealed record TaskRenewalView(
    [property: Description("Until when the claim holds, by the store's clock.")] DateTimeOffset Until);
