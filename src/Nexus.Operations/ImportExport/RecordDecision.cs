using System.Text.Json;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.KeyedState;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.ImportExport;

/// <summary>Decides the result of a record: compares it with the stored record and writes it if it is newer.</summary>
internal sealed class RecordDecision(ImportTarget target, ImportOptions options)
{
    private readonly ApiKeyImport _apiKeys = new(target, options);
    private Dictionary<string, SessionRow> _sessions = [];
    private Dictionary<string, UserRow> _users = [];

    /// <summary>Reads the stored records of a chunk at once.</summary>
    public async Task LookUpAsync(IReadOnlyList<ImportRecord> records, CancellationToken cancellationToken)
    {
        if (records.OfType<SessionRecord>().Select(record => record.ChatId.Value).ToArray() is { Length: > 0 } sessions)
        {
            _sessions = (await target.Store.GetSessionsAsync(sessions, cancellationToken).ConfigureAwait(false))
                .ToDictionary(row => row.ChatId, StringComparer.Ordinal);
        }
        foreach (var record in records.OfType<ReservedRecord>()) _apiKeys.Look(record);
        if (records.OfType<UserRecord>().Select(record => record.ChatId.Value).ToArray() is { Length: > 0 } users)
        {
            _users = (await target.Store.GetUsersAsync(users, cancellationToken).ConfigureAwait(false))
                .ToDictionary(row => row.ChatId, StringComparer.Ordinal);
        }
    }

    public Task<ImportResult> ApplyAsync(ImportRecord record, CancellationToken cancellationToken) => record switch
    {
        SessionRecord session => ApplyAsync(session, cancellationToken),
        UserRecord user => ApplyAsync(user, cancellationToken),
        BotStateRecord state => ApplyAsync(state, cancellationToken),
        ConfigEntryRecord entry => ApplyAsync(entry, cancellationToken),
        ReservedRecord reserved => _apiKeys.ApplyAsync(reserved, cancellationToken),
        TradeRecord trade => ApplyAsync(trade, cancellationToken),
        StateRecord state => ApplyAsync(state, cancellationToken),
        TaskRecord task => ApplyAsync(task.Task, cancellationToken),
        CalibrationRecord calibration => ApplyAsync(calibration, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(record)),
    };

    private async Task<ImportResult> ApplyAsync(SessionRecord record, CancellationToken cancellationToken)
    {
        var stored = _sessions.GetValueOrDefault(record.ChatId.Value);
        if (stored is not null && IsSame(stored, record)) return ImportResult.Unchanged;
        if (stored is not null && !Wins(record.UpdatedAt, stored.UpdatedAt)) return ImportResult.Kept;
        var session = new Session(record.ChatId, ToSecret(record.ApiKey), ToSecret(record.ApiSecret), StateJson.Parse(record.Config));
        await target.Features.Sessions.SaveAsync(session, stored?.Version ?? 0, KeepSecrets.None, cancellationToken).ConfigureAwait(false);
        return stored is null ? ImportResult.Imported : ImportResult.Updated;
    }

    private async Task<ImportResult> ApplyAsync(UserRecord record, CancellationToken cancellationToken)
    {
        var stored = _users.GetValueOrDefault(record.ChatId.Value);
        if (stored is not null && IsSame(stored, record)) return ImportResult.Unchanged;
        if (stored is not null && !options.Overwrite) return ImportResult.Kept;
        var change = new UserChange
        {
            Name = record.UserName,
            Role = record.Role,
            ExpiresAt = record.ExpiresAt,
            NeverExpires = record.ExpiresAt is null,
            TimeZone = record.TimeZone,
            AllowUnknownTimeZone = true,
            TelegramId = record.TelegramId,
            Groups = record.Groups is { } groups ? StateJson.Parse(groups) : null,
            CreatedAt = record.CreatedAt,
        };
        await target.Features.Users.SaveAsync(record.ChatId, change, stored?.Version ?? 0, cancellationToken).ConfigureAwait(false);
        return stored is null ? ImportResult.Imported : ImportResult.Updated;
    }

    private async Task<ImportResult> ApplyAsync(BotStateRecord record, CancellationToken cancellationToken)
    {
        var stored = await target.Store.GetBotStateAsync(cancellationToken).ConfigureAwait(false);
        if (stored.Version > 0 && IsSame(stored, record)) return ImportResult.Unchanged;
        if (stored.Version > 0 && !Wins(record.UpdatedAt, stored.LastUpdated)) return ImportResult.Kept;
        var switches = new BotSwitches
        {
            EnabledStrategies = StateJson.Parse(record.Strategies),
            GroupConfig = StateJson.Parse(record.Groups),
            DisabledAssets = record.DisabledAssets,
            AiFilterEnabled = record.AiFilterEnabled,
        };
        await target.Features.BotState.SaveAsync(switches, stored.Version, cancellationToken).ConfigureAwait(false);
        return stored.Version == 0 ? ImportResult.Imported : ImportResult.Updated;
    }

    private async Task<ImportResult> ApplyAsync(ConfigEntryRecord record, CancellationToken cancellationToken)
    {
        var stored = await target.Store.GetSystemConfigAsync(record.Key, cancellationToken).ConfigureAwait(false);
        if (stored is not null && IsSameDocument(SealPlaces.SystemConfig(record.Key), stored.Value, record.Value))
            return ImportResult.Unchanged;
        if (stored is not null && !Wins(record.UpdatedAt, stored.UpdatedAt)) return ImportResult.Kept;
        await target.Features.SystemConfig.SaveAsync(
            record.Key, StateJson.Parse(record.Value), record.UpdatedBy, stored?.Version ?? 0, cancellationToken).ConfigureAwait(false);
        return stored is null ? ImportResult.Imported : ImportResult.Updated;
    }

    private async Task<ImportResult> ApplyAsync(TradeRecord record, CancellationToken cancellationToken)
    {
        var trade = record.Trade;
        var (stored, receipt) = await target.Features.Trades.OpenAsync(trade, cancellationToken).ConfigureAwait(false);
        if (!receipt.AlreadyExisted) return ImportResult.Imported;
        // A trade only ever gets fills and changes from open to closed, so only that is imported.
        if (stored.Status != TradeStatus.Open) return trade.Status == TradeStatus.Open ? ImportResult.Kept : ImportResult.Unchanged;
        if (!record.HasFiguresOfItsOwn && (trade.Fills.Count > 0 || stored.Fills.Count > 0))
            return await AddFillsAsync(trade, stored, cancellationToken).ConfigureAwait(false);
        if (trade.Status == TradeStatus.Open) return ImportResult.Unchanged;
        var close = new TradeClose
        {
            ExitPrice = trade.ExitPrice,
            ExitTimestamp = trade.ExitTimestamp,
            Pnl = trade.Pnl,
            PnlPct = trade.PnlPct,
            Fees = trade.Fees - stored.Fees,
            Slippage = trade.Slippage - stored.Slippage,
            ExitReason = trade.ExitReason,
            Cancelled = trade.Status == TradeStatus.Cancelled,
        };
        var key = new TradeKey(stored.ChatId, stored.EntryTimestamp, stored.Id);
        await target.Features.Trades.CloseAsync(key, close, cancellationToken).ConfigureAwait(false);
        return ImportResult.Updated;
    }

    /// <summary>
    /// Adds the fills that the stored trade lacks, unless it has others. At what price a trade ended besides its fills cannot be told from its
    /// average, so such a trade is kept open.
    /// </summary>
    private async Task<ImportResult> AddFillsAsync(Trade trade, Trade stored, CancellationToken cancellationToken)
    {
        if (stored.Fills.Except(trade.Fills).Any()) return ImportResult.Kept;
        var missing = trade.Fills.Except(stored.Fills).ToList();
        var key = new TradeKey(stored.ChatId, stored.EntryTimestamp, stored.Id);
        foreach (var part in missing.Chunk(100))
            stored = (await target.Features.Trades.AddFillsAsync(key, part, cancellationToken).ConfigureAwait(false)).Trade;
        return stored.Status != trade.Status ? ImportResult.Kept : missing.Count > 0 ? ImportResult.Updated : ImportResult.Unchanged;
    }

    /// <summary>A value that has expired since the export does not exist in the file either.</summary>
    private async Task<ImportResult> ApplyAsync(StateRecord record, CancellationToken cancellationToken)
    {
        if (record.ExpiresAt is { } end && end <= await target.Store.GetTimeAsync(cancellationToken).ConfigureAwait(false))
            return ImportResult.Unchanged;
        var stored = await target.Store.GetKeyedStateAsync(record.StateKey.Id, cancellationToken).ConfigureAwait(false);
        if (stored is not null && stored.ExpiresAt == record.ExpiresAt
            && IsSameDocument(StateKey.Place(record.StateKey.Id), stored.Value, record.Value)) return ImportResult.Unchanged;
        if (stored is not null && !Wins(record.UpdatedAt, stored.UpdatedAt)) return ImportResult.Kept;
        await target.Features.State.SaveAsync(
            record.StateKey.Namespace, record.StateKey.Key, StateJson.Parse(record.Value),
            record.ExpiresAt is { } at ? StateExpiry.At(at) : StateExpiry.Never, stored?.Version ?? 0, cancellationToken).ConfigureAwait(false);
        return stored is null ? ImportResult.Imported : ImportResult.Updated;
    }

    private async Task<ImportResult> ApplyAsync(TaskRow task, CancellationToken cancellationToken)
    {
        var stored = await target.Store.GetTasksAsync([task.Id], cancellationToken).ConfigureAwait(false) is [var row] ? row : null;
        if (stored is not null && IsSame(stored, task)) return ImportResult.Unchanged;
        if (stored is not null && !Wins(task.UpdatedAt, stored.UpdatedAt)) return ImportResult.Kept;
        await target.Features.Tasks.RestoreAsync(task, stored?.Version ?? 0, cancellationToken).ConfigureAwait(false);
        return stored is null ? ImportResult.Imported : ImportResult.Updated;
    }

    private async Task<ImportResult> ApplyAsync(CalibrationRecord record, CancellationToken cancellationToken)
    {
        var stored = await target.Store.GetCalibrationsAsync([record.Key.Id], cancellationToken).ConfigureAwait(false) is [var row] ? row : null;
        if (stored is not null && stored.Values == record.Values) return ImportResult.Unchanged;
        if (stored is not null && !Wins(record.UpdatedAt, stored.UpdatedAt)) return ImportResult.Kept;
        await target.Features.Calibration.SaveAsync(
            ChatId.FromStore(record.Key.ChatId), record.Key.Strategy, record.Values, record.Key.Symbol, record.Key.Exchange, stored?.Version ?? 0,
            cancellationToken).ConfigureAwait(false);
        return stored is null ? ImportResult.Imported : ImportResult.Updated;
    }

    private bool Wins(DateTimeOffset? file, DateTimeOffset stored) => options.Overwrite || file > stored;

    private bool IsSame(SessionRow stored, SessionRecord record) =>
        IsSameSecret(stored.ChatId, "api_key", stored.ApiKey, record.ApiKey)
        && IsSameSecret(stored.ChatId, "api_secret", stored.ApiSecret, record.ApiSecret)
        && IsSameDocument(SealPlaces.Session(stored.ChatId, "config"), stored.Config, record.Config);

    private static bool IsSame(UserRow stored, UserRecord record) =>
        (record.UserName is null || stored.Name == record.UserName)
        && stored.Role == NexusUsers.RoleName(record.Role)
        && stored.ExpiresAt == record.ExpiresAt
        && (record.TimeZone is null || stored.TimeZone == record.TimeZone)
        && (record.TelegramId is null || stored.TelegramId == record.TelegramId)
        && (record.Groups is not { } groups || IsSameJson(stored.Groups, groups));

    /// <summary>A lease and the attempts of a run that is in progress are no content.</summary>
    private bool IsSame(TaskRow stored, TaskRow given) =>
        stored.ChatId == given.ChatId && stored.Action == given.Action && stored.Schedule == given.Schedule && stored.Missed == given.Missed
        && stored.Description == given.Description && stored.JobId == given.JobId && stored.IsActive == given.IsActive
        && stored.NextRun == given.NextRun && stored.Runs.CompletedFence == given.Runs.CompletedFence
        && IsSameDocument(SealPlaces.Task(stored.ChatId, stored.Id), stored.Parameters, given.Parameters);

    private bool IsSame(BotStateRow stored, BotStateRecord record) =>
        stored.AiFilter == record.AiFilterEnabled
        && stored.DisabledAssets.SequenceEqual(record.DisabledAssets.Distinct(StringComparer.Ordinal), StringComparer.Ordinal)
        && IsSameDocument(SealPlaces.BotState("enabled_strategies"), stored.Strategies, record.Strategies)
        && IsSameDocument(SealPlaces.BotState("group_config"), stored.Groups, record.Groups);

    private bool IsSameSecret(string chatId, string column, string? stored, string? given)
    {
        if (string.IsNullOrEmpty(stored) || string.IsNullOrEmpty(given)) return string.IsNullOrEmpty(stored) && string.IsNullOrEmpty(given);
        try
        {
            var place = SealPlaces.Session(chatId, column);
            return stored == given || target.Sealer.Open(place, stored) == (Sealer.IsSealed(given) ? target.Sealer.Open(place, given) : given);
        }
        catch (SecretUnreadableException)
        {
            return false;
        }
    }

    /// <summary>Sealing the same text twice gives two ciphertexts, so documents are opened for the comparison.</summary>
    private bool IsSameDocument(SealContext place, ReadOnlyMemory<byte> stored, ReadOnlyMemory<byte> given)
    {
        try
        {
            return IsSameJson(target.Documents.Open(place, stored.Span), target.Documents.Open(place, given.Span));
        }
        catch (Exception error) when (error is SecretUnreadableException or JsonException)
        {
            return false;
        }
    }

    private static bool IsSameJson(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right)
    {
        if (left.Span.SequenceEqual(right.Span)) return true;
        try
        {
            using var one = JsonDocument.Parse(left, JsonText.DocumentOptions);
            using var other = JsonDocument.Parse(right, JsonText.DocumentOptions);
            return JsonElement.DeepEquals(one.RootElement, other.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static Secret? ToSecret(string? text) => string.IsNullOrEmpty(text) ? null : Secret.Of(text);
}
