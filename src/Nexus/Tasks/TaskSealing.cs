using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Tasks;

/// <summary>The step between a task as a caller knows it and as a store holds it: checked, sealed, and back.</summary>
internal sealed class TaskSealing(DocumentSealer documents)
{
    public const int MaxAction = 100;
    public const int MaxDescription = 1000;
    public const int MaxJobId = 200;
    public const int MaxError = 1000;

    private static readonly DocumentRules Rules = StateRules.Metadata with { Field = "params" };

    /// <exception cref="NexusValidationException">A field exceeds a limit.</exception>
    public TaskRow ToRow(NewTask task, Guid id)
    {
        if (id == Guid.Empty) throw new NexusValidationException("id", "must not be the empty UUID");
        return new TaskRow
        {
            Id = id,
            ChatId = task.ChatId.Value,
            Action = Action(task.Action),
            Parameters = Parameters(task.ChatId.Value, id, Validation.Given("params", task.Parameters)),
            Schedule = Validation.Given("schedule", task.Schedule),
            Missed = Missed(task.Missed),
            Description = ReadableText.Optional("description", task.Description, MaxDescription),
            JobId = ReadableText.Optional("jobId", task.JobId, MaxJobId),
            IsActive = task.IsActive,
            NextRun = task.NextRun is { } at ? Validation.Instant("nextRun", at) : null,
        };
    }

    /// <exception cref="NexusValidationException">A field exceeds a limit.</exception>
    public TaskRow Change(TaskRow row, TaskChange change) => row with
    {
        Action = change.Action is { } action ? Action(action) : row.Action,
        Parameters = change.Parameters is { } parameters ? Parameters(row.ChatId, row.Id, parameters) : row.Parameters,
        Schedule = change.Schedule ?? row.Schedule,
        Missed = change.Missed is { } missed ? Missed(missed) : row.Missed,
        Description = change.Description is { } text ? ReadableText.Optional("description", text, MaxDescription) : row.Description,
        JobId = change.JobId is { } name ? ReadableText.Optional("jobId", name, MaxJobId) : row.JobId,
        IsActive = change.IsActive ?? row.IsActive,
        NextRun = change.NextRun is { } at ? Validation.Instant("nextRun", at) : row.NextRun,
    };

    /// <summary>Whether a task was created with the same content. Sealing the same secret twice gives two ciphertexts, so they are opened.</summary>
    public bool IsSame(TaskRow one, TaskRow other)
    {
        if (one.ChatId != other.ChatId || one.Action != other.Action || one.Schedule != other.Schedule || one.Missed != other.Missed
            || one.JobId != other.JobId || one.Description != other.Description) return false;
        try
        {
            using var left = System.Text.Json.JsonDocument.Parse(Open(one));
            using var right = System.Text.Json.JsonDocument.Parse(Open(other));
            return System.Text.Json.JsonElement.DeepEquals(left.RootElement, right.RootElement);
        }
        catch (SecretUnreadableException)
        {
            return false;
        }

        byte[] Open(TaskRow row) => documents.Open(TaskRow.Place(row.ChatId, row.Id), row.Parameters.Span);
    }

    /// <summary>The row with the secrets that its masks stand for.</summary>
    public TaskRow WithoutMasks(TaskRow row, TaskRow? stored)
    {
        if (!MaskText.MayBeIn(row.Parameters.Span)) return row;
        var place = TaskRow.Place(row.ChatId, row.Id);
        var record = new MaskedRecord(documents).Add(place, stored?.Parameters ?? default);
        return record.Resolve(place, row.Parameters, Rules) is { } parameters ? row with { Parameters = parameters } : row;
    }

    public ScheduledTask FromRow(TaskRow row) => new()
    {
        Id = row.Id,
        ChatId = ChatId.FromStore(row.ChatId),
        Action = row.Action,
        Parameters = StateJson.FromStore(row.Parameters, documents, TaskRow.Place(row.ChatId, row.Id)),
        Schedule = row.Schedule,
        Missed = row.Missed,
        Description = row.Description,
        JobId = row.JobId,
        IsActive = row.IsActive,
        NextRun = row.NextRun,
        CreatedAt = row.CreatedAt,
        Attempts = row.Runs.Attempts,
        LastRun = row.Runs.LastRun,
        LastError = row.Runs.LastError,
        Lease = LeaseOf(row),
        Version = row.Version,
        UpdatedAt = row.UpdatedAt,
    };

    /// <summary>The text of a failure, which may be anything: cut to its limit rather than refused, since the run has ended all the same.</summary>
    public static string? Error(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var shown = new System.Text.StringBuilder(Math.Min(text.Length, MaxError));
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length + rune.Utf16SequenceLength > MaxError) break;
            shown.Append(rune.Value == 0 ? " " : rune.ToString());
        }
        return RedactedText.From(shown.ToString());
    }

    private static TaskLease? LeaseOf(TaskRow row) => row is { LeasedBy: { } holder, LeasedUntil: { } until }
        ? new TaskLease(holder, row.Runs.Fence, until, row.LeasedFor ?? row.NextRun ?? until)
        : null;

    private byte[] Parameters(string chatId, Guid id, StateJson json) => documents.AcceptState(TaskRow.Place(chatId, id), json, Rules);

    private static string Action(string text) => ReadableText.Label("action", text, MaxAction);

    private static MissedRuns Missed(MissedRuns missed) =>
        Enum.IsDefined(missed) ? missed : throw new NexusValidationException("missed", "must be once, all or skip");
}
