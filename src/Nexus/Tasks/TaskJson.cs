using System.Text.Json;
using Nexus.Json;

namespace Nexus.Tasks;

/// <summary>A task in the outbox and in documents of the embedded store. Members are never renamed.</summary>
internal static class TaskJson
{
    /// <summary>The task without its lease, which only the database that granted it can judge.</summary>
    public static void Write(Utf8JsonWriter json, TaskRow task)
    {
        json.WriteText("chat_id"u8, task.ChatId);
        json.WriteText("action"u8, task.Action);
        json.WriteText("schedule_type"u8, TaskNames.Of(task.Schedule.Kind));
        json.WriteText("schedule_value"u8, task.Schedule.Text);
        json.WriteText("timezone"u8, task.Schedule.TimeZone);
        json.WriteText("missed"u8, TaskNames.Of(task.Missed));
        json.WriteText("description"u8, task.Description);
        json.WriteText("job_id"u8, task.JobId);
        json.WriteBoolean("is_active"u8, task.IsActive);
        json.WriteTime("next_run"u8, task.NextRun);
        json.WriteTime("created_at"u8, task.CreatedAt);
        json.WriteNumber("fence"u8, task.Runs.Fence);
        json.WriteNumber("completed_fence"u8, task.Runs.CompletedFence);
        json.WriteNumber("attempts"u8, task.Runs.Attempts);
        json.WriteTime("last_run"u8, task.Runs.LastRun);
        json.WriteText("last_error"u8, task.Runs.LastError);
        json.WriteJson("params"u8, task.Parameters);
    }

    public static TaskRow Read(Guid id, JsonElement body) => new()
    {
        Id = id,
        ChatId = body.ReadRequiredText("chat_id"u8),
        Action = body.ReadRequiredText("action"u8),
        Schedule = TaskSchedule.FromStore(
            body.ReadRequiredText("schedule_type"u8), body.ReadRequiredText("schedule_value"u8), body.ReadRequiredText("timezone"u8)),
        Missed = TaskNames.StoredMissed(body.ReadRequiredText("missed"u8)),
        Description = body.ReadText("description"u8),
        JobId = body.ReadText("job_id"u8),
        IsActive = body.GetProperty("is_active"u8).GetBoolean(),
        NextRun = body.ReadTime("next_run"u8),
        CreatedAt = body.ReadTime("created_at"u8) ?? throw new FormatException("a task has no time of its creation"),
        Runs = new TaskRuns(
            body.GetProperty("fence"u8).GetInt64(), body.GetProperty("completed_fence"u8).GetInt64(), body.GetProperty("attempts"u8).GetInt32(),
            body.ReadTime("last_run"u8), body.ReadText("last_error"u8)),
        Parameters = body.ReadJson("params"u8),
    };

    public static void Write(Utf8JsonWriter json, CompleteTask completion)
    {
        json.WriteNumber("fence"u8, completion.Fence);
        json.WriteTime("due"u8, completion.Due);
        json.WriteTime("next_run"u8, completion.NextRun);
        json.WriteText("error"u8, completion.Error);
        json.WriteTime("completed_at"u8, completion.CompletedAt);
    }

    public static CompleteTask ReadCompletion(Guid id, JsonElement body) => new(
        id, body.GetProperty("fence"u8).GetInt64(), body.ReadTime("due"u8) ?? throw new FormatException("a completed run has no due time"),
        body.ReadTime("next_run"u8), body.ReadText("error"u8), body.ReadTime("completed_at"u8));
}
