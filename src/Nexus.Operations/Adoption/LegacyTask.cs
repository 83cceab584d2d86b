using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.Tasks;

namespace Nexus.Operations.Adoption;

/// <summary>A row of scheduled_tasks as JSON, whatever the types of its columns.</summary>
/// <param name="Place">The ctid.</param>
/// <param name="Id">The id as text.</param>
/// <param name="Row">The columns.</param>
internal sealed partial record LegacyTask(string Place, string Id, JsonElement Row)
{
    /// <summary>A recurring run that was due longer ago waits for its next occurrence, and a single one is not run: the bot was not there.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromHours(1);

    /// <summary>The largest number that fits into an id.</summary>
    private const long MaxNumber = 0xFFFF_FFFF_FFFF;

    /// <summary>
    /// The id of the task with a legacy number: the number is its last 12 hexadecimal digits, so that both directions need no table. Version 8 is for
    /// such ids: https://www.rfc-editor.org/rfc/rfc9562#section-5.8.
    /// </summary>
    public static Guid IdOf(long number) => Guid.Parse($"00000000-0000-8000-8000-{number:x12}");

    /// <param name="documents">Seals the secrets among the parameters.</param>
    /// <param name="timeZone">The zone of times without one, and of cron expressions.</param>
    /// <param name="now">The database's time.</param>
    /// <param name="task">The task.</param>
    /// <returns>The first column that cannot be converted and why; null if none.</returns>
    public (string Column, string Reason)? TryConvert(DocumentSealer documents, string timeZone, DateTimeOffset now, out TaskRow task)
    {
        task = null!;
        if (!long.TryParse(Id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > MaxNumber)
            return ("id", $"is not a whole number, 0 to {MaxNumber}");
        if (!ChatId.TryParse(Text("user_id"), out var chatId)) return ("user_id", "is not a chat id");
        if (Text("action") is not { Length: > 0 } action) return ("action", "is missing");
        if (action.Length > 100) return ("action", "is longer than 100 characters");
        if (Text("job_id") is { Length: > 200 }) return ("job_id", "is longer than 200 characters");
        if (Text("description") is { Length: > 1000 }) return ("description", "is longer than 1000 characters");
        TaskSchedule schedule;
        try
        {
            schedule = ScheduleOf(timeZone);
        }
        catch (NexusValidationException error)
        {
            return ("schedule_value", error.Message);
        }
        if (InstantOf("next_run", timeZone, out var nextRun) is { } fault) return ("next_run", fault);
        if (InstantOf("created_at", timeZone, out var createdAt) is { } other) return ("created_at", other);
        var id = IdOf(number);
        if (ParametersOf() is not { } parameters) return ("params", "is not a JSON object");
        if (System.Text.Encoding.UTF8.GetByteCount(parameters) > Validation.MaxDocumentBytes)
            return ("params", $"is larger than {Validation.MaxDocumentBytes} bytes");
        var sealedParameters = documents.AcceptLegacy(SealPlaces.Task(chatId.Value, id), System.Text.Encoding.UTF8.GetBytes(parameters));
        if (sealedParameters.Problems is [var problem, ..]) return ($"params{problem.Pointer}", problem.Reason);

        var isActive = !Row.TryGetProperty("is_active", out var active) || active.ValueKind is not JsonValueKind.False;
        if (nextRun is null || nextRun < now - Late) nextRun = NextOf(schedule, now);
        task = new TaskRow
        {
            Id = id,
            ChatId = chatId.Value,
            Action = action,
            Parameters = sealedParameters.Json,
            Schedule = schedule,
            Description = Text("description") is { Length: > 0 } text ? text : null,
            JobId = Text("job_id") is { Length: > 0 } job ? job : null,
            IsActive = isActive && nextRun is not null,
            NextRun = nextRun,
            CreatedAt = createdAt ?? now,
        };
        return null;
    }

    private TaskSchedule ScheduleOf(string timeZone)
    {
        var type = Text("schedule_type")?.Trim().ToLowerInvariant();
        if (Text("schedule_value")?.Trim() is not { Length: > 0 } value)
        {
            // A single run may have its time in next_run alone.
            if (type != "date" || Text("next_run") is not { Length: > 0 } next) throw new NexusValidationException("schedule_value", "is missing");
            value = next;
        }
        return type switch
        {
            "cron" => TaskSchedule.Cron(value, timeZone),
            "interval" => TaskSchedule.Every(IntervalOf(value)
                ?? throw new NexusValidationException("schedule_value", "is not seconds, a duration such as 30m, or hours:minutes:seconds")),
            "date" => TaskSchedule.At(ParseInstant(value, timeZone) ?? throw new NexusValidationException("schedule_value", "is not a date")),
            _ => throw new NexusValidationException("schedule_type", "is not cron, interval or date"),
        };
    }

    private static DateTimeOffset? NextOf(TaskSchedule schedule, DateTimeOffset now) => schedule.Kind switch
    {
        TaskScheduleKind.Date => DateTimeOffset.Parse(schedule.Text, CultureInfo.InvariantCulture) is var at && at > now ? at : null,
        _ => schedule.NextAfter(now),
    };

    private static TimeSpan? IntervalOf(string value)
    {
        if (Units.Match(value) is { Success: true } match
            && long.TryParse(match.Groups["n"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 1_000_000_000)
        {
            var unit = match.Groups["u"].Value.ToLowerInvariant() switch { "" or ['s', ..] => 1, ['m', ..] => 60, ['h', ..] => 3600, _ => 86_400 };
            var seconds = number * unit;
            return seconds <= TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
        }
        return TimeSpan.TryParseExact(value, ["h\\:mm\\:ss", "hh\\:mm\\:ss"], CultureInfo.InvariantCulture, out var time) ? time : null;
    }

    private string? InstantOf(string column, string timeZone, out DateTimeOffset? instant)
    {
        instant = null;
        if (Text(column) is not { Length: > 0 } text) return null;
        instant = ParseInstant(text, timeZone);
        return instant is null ? "is not a date" : instant.Value.Year is < 2000 or > 2099 ? "is not in the years 2000 to 2099" : null;
    }

    /// <summary>A time without a zone is one of the legacy bot's zone.</summary>
    private static DateTimeOffset? ParseInstant(string text, string timeZone)
    {
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)) return null;
        if (time.Kind != DateTimeKind.Unspecified) return new DateTimeOffset(time.ToUniversalTime(), TimeSpan.Zero);
        // A year at either end of the calendar is none of a bot, and its instant may be outside of it.
        if (time.Year is 1 or 9999 || !TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone)) return null;
        return new DateTimeOffset(time, zone.GetUtcOffset(time)).ToUniversalTime();
    }

    /// <summary>A text column holds JSON too.</summary>
    private string? ParametersOf()
    {
        if (!Row.TryGetProperty("params", out var value) || value.ValueKind == JsonValueKind.Null) return "{}";
        if (value.ValueKind == JsonValueKind.Object) return value.GetRawText();
        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { Length: > 0 } text) return null;
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return json.RootElement.ValueKind == JsonValueKind.Object ? text : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string? Text(string column) => !Row.TryGetProperty(column, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    [GeneratedRegex(
        @"^(?<n>\d{1,10})\s*(?<u>|s|sec|secs|seconds?|m|min|mins|minutes?|h|hours?|d|days?)\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Units { get; }
}
