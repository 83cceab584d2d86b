using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Nexus.Calibrations;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.KeyedState;
using Nexus.Operations.Json;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// Reads what <see cref="Exporter"/> wrote. Each line is independent. The last line distinguishes a complete file from a truncated one.
/// </summary>
/// <remarks>
/// An export contains only sealed secrets. Plain text in their place was added by someone else, and sealing it would make it the record's secret:
/// such a record is refused.
/// </remarks>
internal sealed class ExportReader(ICollection<string> warnings, DocumentSealer documents)
{
    private const string NotSealed =
        "is in plain text: an export contains only sealed secrets, so the line was changed. Save the secret through Nexus instead";

    /// <summary>
    /// The bot state is the longest record: 10,000 assets of 100 characters of up to 6 bytes, and two documents whose secrets are sealed.
    /// </summary>
    private const long LongestLine = 16 * 1024 * 1024;

    public async IAsyncEnumerable<ImportRecord> ReadAsync(PipeReader pipe, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var records = 0L;
        var ended = false;
        await foreach (var line in NdJsonLines.ReadAsync(pipe, LongestLine, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            var kind = line.IsTooLong ? null : KindOf(line.Text);
            if (kind == "nexus")
            {
                if (!IsReadable(line)) yield break;
                continue;
            }
            if (kind == "end")
            {
                ended = TryRead<ExportedEnd>(line, out var end, out _) && end.Records == records;
                continue;
            }
            records++;
            yield return Convert(kind, line);
        }
        if (!ended) warnings.Add("is truncated: the last line of the export is missing or has a different number of records");
    }

    private bool IsReadable(NdJsonLine line)
    {
        if (TryRead<ExportedHeader>(line, out var header, out var reason) && header.Format == ExportedHeader.CurrentFormat)
            return true;
        warnings.Add(
            reason ?? $"has the export format {header!.Format}, and this program reads {ExportedHeader.CurrentFormat}: use the version of nexus "
                + "that wrote it, or a newer one");
        return false;
    }

    private ImportRecord Convert(string? kind, NdJsonLine line) => kind switch
    {
        "session" => Read(line, ImportKind.Sessions, (ExportedSession record) => ToSession(record)),
        "user" => Read(line, ImportKind.Users, (ExportedUser record) => ToUser(record)),
        "botState" => Read(line, ImportKind.BotState, (ExportedBotState record) => ToBotState(record)),
        "systemConfig" => Read(line, ImportKind.SystemConfig, (ExportedConfigEntry record) => ToConfigEntry(record)),
        "trade" => Read(line, ImportKind.Trades, (TradeView record) => ToTrade(record)),
        "state" => Read(line, ImportKind.State, (ExportedState record) => ToState(record)),
        "task" => Read(line, ImportKind.Tasks, (ExportedTask record) => ToTask(record)),
        "calibration" => Read(line, ImportKind.Calibrations, (ExportedCalibration record) => ToCalibration(record)),
        _ => new RefusedRecord(
            ImportKind.Unknown,
            $"line {line.Number}",
            line.IsTooLong ? $"is longer than {LongestLine} bytes"
            : kind is null ? "is not a JSON object that names its kind"
            : "has a kind that this program does not know"),
    };

    private static ImportRecord Read<T>(NdJsonLine line, ImportKind kind, Func<T, ImportRecord> convert)
        where T : ExportLine
    {
        var name = $"line {line.Number}";
        if (!TryRead<T>(line, out var value, out var reason)) return new RefusedRecord(kind, name, reason!);
        try
        {
            return convert(value);
        }
        catch (NexusValidationException error)
        {
            return new RefusedRecord(kind, name, error.Message);
        }
    }

    private SessionRecord ToSession(ExportedSession line)
    {
        var chatId = ChatId.ParseStored(line.ChatId);
        return new SessionRecord(
            chatId, Sealed(line.ApiKey, "apiKey"), Sealed(line.ApiSecret, "apiSecret"),
            Sealed(line.Config, SealPlaces.Session(chatId.Value, "config"), "config"), line.UpdatedAt);
    }

    private static UserRecord ToUser(ExportedUser line) => new(
        ChatId.ParseStored(line.ChatId), line.Name, LegacyRole.Parse(line.Role), line.ExpiresAt, line.CreatedAt, line.Timezone, line.TelegramId,
            line.Groups.Utf8);

    private BotStateRecord ToBotState(ExportedBotState line) => new(
        Sealed(line.EnabledStrategies, SealPlaces.BotState("enabled_strategies"), "enabledStrategies"),
        Sealed(line.GroupConfig, SealPlaces.BotState("group_config"), "groupConfig"),
        line.DisabledAssets, line.AiFilterEnabled, line.LastUpdated);

    private ImportRecord ToConfigEntry(ExportedConfigEntry line)
    {
        if (!ReservedSettings.IsReserved(line.Key))
            return new ConfigEntryRecord(line.Key, Sealed(line.Value, SealPlaces.SystemConfig(line.Key), "value"), line.UpdatedBy, line.UpdatedAt);
        var record = new ReservedRecord(line.Key, line.Value.Utf8);
        return ReservedSettings.SealedTextOf(line.Value.Utf8.Span) is not null
            ? record
            : new RefusedRecord(record.Kind, record.Name, "is not one sealed record: API keys are imported only as Nexus exported them");
    }

    private StateRecord ToState(ExportedState line)
    {
        var key = StateKey.Of(line.Namespace, line.Key);
        return new StateRecord(key, Sealed(line.Value, StateKey.Place(key.Id), "value"), line.ExpiresAt, line.UpdatedAt);
    }

    private TaskRecord ToTask(ExportedTask line) => new(new TaskRow
    {
        Id = line.Id,
        ChatId = ChatId.ParseStored(line.ChatId).Value,
        Action = line.Action,
        Parameters = Sealed(line.Params, SealPlaces.Task(line.ChatId, line.Id), "params"),
        Schedule = TaskSchedule.Parse(line.ScheduleType, line.ScheduleValue, line.ScheduleType == "cron" ? line.Timezone : null),
        Missed = TaskNames.MissedOf(line.Missed),
        Description = line.Description,
        JobId = line.JobId,
        IsActive = line.IsActive,
        NextRun = line.NextRun,
        CreatedAt = line.CreatedAt,
        Runs = new TaskRuns(line.Fence, line.CompletedFence, line.Attempts, line.LastRun, line.LastError),
        UpdatedAt = line.UpdatedAt,
    });

    private static CalibrationRecord ToCalibration(ExportedCalibration line) => new(
        CalibrationKey.Of(ChatId.ParseStored(line.ChatId), line.Strategy, line.Symbol, line.Exchange),
        new CalibrationValues
        {
            ConfidenceThreshold = line.ConfidenceThreshold,
            LeverageMultiplier = line.LeverageMultiplier,
            SizeMultiplier = line.SizeMultiplier,
            KellyFraction = line.KellyFraction,
            WinRateEstimate = line.WinRateEstimate,
            RiskRewardEstimate = line.RiskRewardEstimate,
            IsActive = line.IsActive,
        },
        line.UpdatedAt);

    private TradeRecord ToTrade(TradeView line) =>
        new(line.ToTrade(Sealed(line.Metadata, SealPlaces.Trade(line.ChatId, line.Id), "metadata")));

    private static string? Sealed(string? value, string field) =>
        string.IsNullOrEmpty(value) || SealedFormat.HasPrefix(value) ? value : throw new NexusValidationException(field, NotSealed);

    private ReadOnlyMemory<byte> Sealed(RawJson json, SealContext place, string field) =>
        documents.FindPlain(place, json.Utf8.Span) is { } fault
            ? throw new NexusValidationException($"{field}{ClientText.Short(fault.Pointer)}", NotSealed)
            : json.Utf8;

    /// <summary>The kind, which comes first in a line; null if there is none.</summary>
    private static string? KindOf(ReadOnlySequence<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.Read()
                && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("kind"u8)
                && reader.Read() && reader.TokenType == JsonTokenType.String
                ? reader.Text()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool TryRead<T>(NdJsonLine line, [NotNullWhen(true)] out T? value, out string? reason)
        where T : ExportLine
    {
        var type = ExchangeJson.Strict.ExportLine;
        value = null;
        try
        {
            var reader = new Utf8JsonReader(line.Text, new JsonReaderOptions { MaxDepth = type.Options.MaxDepth });
            value = JsonSerializer.Deserialize(ref reader, type) as T;
            reason = value is null ? "is not a JSON object" : null;
            return value is not null;
        }
        catch (JsonException error)
        {
            // The serializer's own message may quote the line.
            reason = error is FieldFormatException
                ? $"{error.Path?.TrimStart('$', '.')}: {error.Message}"
                : $"is damaged at {error.Path ?? $"byte {error.BytePositionInLine + 1}"}";
            return false;
        }
        catch (NotSupportedException)
        {
            // The name of the first member was escaped, which no export does.
            reason = "is not a JSON object that names its kind";
            return false;
        }
    }
}
