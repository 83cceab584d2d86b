using Microsoft.Extensions.Logging;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Trades;

namespace Nexus.Operations.Keys;

/// <summary>
/// Finds secrets that older versions left in plain text, and seals them while the bot goes on: each record is written only over the version that was
/// read, as a rotation does. What is sealed is passed over, so a scan that was ended is run again.
/// </summary>
/// <param name="store">Holds the records.</param>
/// <param name="writer">Seals them; null: they are only counted.</param>
/// <param name="sealer">The keys.</param>
/// <param name="logger">Told how many were sealed.</param>
internal sealed partial class SecretScan(IStateReader store, IStateWriter? writer, Sealer sealer, ILogger<SecretScan> logger) : IRecordSealer
{
    private const int BatchSize = 200;

    /// <summary>A record that changes with every attempt must not keep the scan forever; what is left is found by the next one.</summary>
    private const int MaxAttempts = 20;

    private readonly DocumentSealer _documents = new(sealer);
    private readonly SecretScanCounts _counts = new();
    private long _sealedRecords, _remaining;

    /// <summary>Scans every table.</summary>
    /// <param name="progress">Told how many records were looked at.</param>
    /// <param name="cancellationToken">Ends between batches; running again goes on.</param>
    public async Task<SecretScanReport> RunAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var batch = new List<PendingReseal>(BatchSize);
        var looked = 0L;
        await foreach (var record in PendingReseal.ReadAllAsync(store, this, cancellationToken).ConfigureAwait(false))
        {
            progress?.Report(++looked);
            if (record.Write is null || writer is null) continue;
            batch.Add(record);
            if (batch.Count == BatchSize) await FlushAsync(writer, batch, cancellationToken).ConfigureAwait(false);
        }
        if (writer is not null) await FlushAsync(writer, batch, cancellationToken).ConfigureAwait(false);
        await foreach (var row in store.ListUsersAsync(after: null, cancellationToken).ConfigureAwait(false)) _counts.AddText("users", "name", row.Name);
        LogScanned(logger, looked, _sealedRecords);
        return new SecretScanReport(writer is not null, _counts.Sealable, _counts.Unsealable, _sealedRecords, _remaining);
    }

    public Write? Seal(SessionRow row, bool isFirst) => Scan(row, CountsOf(isFirst));

    public Write? Seal(SystemConfigRow row, bool isFirst) => Scan(row, CountsOf(isFirst));

    public Write? Seal(TradeRow row, bool isFirst) => Scan(row, CountsOf(isFirst));

    public Write? Seal(BotStateRow row, bool isFirst) => Scan(row, CountsOf(isFirst));

    private SecretScanCounts? CountsOf(bool isFirst) => isFirst ? _counts : null;

    private ResealSession? Scan(SessionRow row, SecretScanCounts? counts)
    {
        var place = new SealContext("sessions", row.ChatId, "config");
        var config = Scan(place, row.Config, counts);
        var apiKey = Column("api_key", row.ApiKey);
        var apiSecret = Column("api_secret", row.ApiSecret);
        if (config is null && ReferenceEquals(apiKey, row.ApiKey) && ReferenceEquals(apiSecret, row.ApiSecret)) return null;
        return new ResealSession(row.ChatId, apiKey, apiSecret, config is null ? row.Config : config, row.Version);

        // A column in plain text is not sealed here: whoever can write to the database could have put it there.
        string? Column(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value) && !Sealer.IsSealed(value)) counts?.AddUnsealable("sessions", name);
            return value;
        }
    }

    private ResealSystemConfig? Scan(SystemConfigRow row, SecretScanCounts? counts)
    {
        if (ReservedSettings.IsReserved(row.Key)) return null;
        counts?.AddText("system_config", "key", row.Key);
        counts?.AddText("system_config", "updated_by", row.UpdatedBy);
        return Scan(NexusSystemConfig.Place(row.Key), row.Value, counts) is { } value ? new ResealSystemConfig(row.Key, value, row.Version) : null;
    }

    private ResealTrade? Scan(TradeRow row, SecretScanCounts? counts)
    {
        counts?.AddText("trades", "exit_reason", row.ExitReason);
        counts?.AddText("trades", "strategy", row.Strategy);
        counts?.AddText("trades", "symbol", row.Symbol);
        counts?.AddText("trades", "exchange", row.Exchange);
        return Scan(TradeSealing.Place(row.ChatId, row.Id), row.Metadata, counts) is { } metadata ? new ResealTrade(row.Id, row.ChatId, row.EntryTimestamp, metadata, row.Version) : null;
    }

    private ChangeBotState? Scan(BotStateRow row, SecretScanCounts? counts)
    {
        var strategies = Scan(SealedValues.BotStatePlace("enabled_strategies"), row.Strategies, counts);
        var groups = Scan(SealedValues.BotStatePlace("group_config"), row.Groups, counts);
        if (strategies is null && groups is null) return null;
        return new ChangeBotState(
            strategies is null ? row.Strategies : strategies, groups is null ? row.Groups : groups, AssetChange.Replace(row.DisabledAssets), row.AiFilter, Replace: true, row.Version);
    }

    private byte[]? Scan(SealContext place, ReadOnlyMemory<byte> json, SecretScanCounts? counts)
    {
        var scanned = DocumentScanner.Scan(_documents, place, json.Span);
        counts?.Add(place, scanned);
        return scanned.Json;
    }

    private async Task FlushAsync(IStateWriter writer, List<PendingReseal> batch, CancellationToken cancellationToken)
    {
        for (var attempt = 1; batch.Count > 0; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (attempt > MaxAttempts)
            {
                _remaining += batch.Count;
                batch.Clear();
                return;
            }
            var outcomes = await writer.ApplyAsync([.. batch.Select(record => record.Write!)], atomic: false, cancellationToken).ConfigureAwait(false);
            var again = new List<PendingReseal>();
            for (var i = 0; i < outcomes.Length; i++)
            {
                if (outcomes[i].IsApplied) _sealedRecords++;
                else if (outcomes[i] is { Status: WriteStatus.Failed, Error: { } error }) throw error;
                else if (outcomes[i].Status == WriteStatus.Conflict && await batch[i].ReadAgainAsync(cancellationToken).ConfigureAwait(false) is { Write: not null } now) again.Add(now);
            }
            batch.Clear();
            batch.AddRange(again);
        }
    }

    [LoggerMessage(2110, LogLevel.Information, "Scan for secrets in plain text: {Records} records looked at, {Sealed} sealed")]
    private static partial void LogScanned(ILogger logger, long records, long @sealed);
}
