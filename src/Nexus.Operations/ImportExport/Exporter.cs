using System.Buffers;
using System.Text.Json;
using Nexus.Calibrations;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Idempotency;
using Nexus.KeyedState;
using Nexus.Operations.Json;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.Tasks;
using Nexus.Trades;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// Writes a store as NDJSON, one record per line, in constant memory. Secrets stay sealed, so the file is as safe as the
/// database, and importing it needs the same keys.
/// </summary>
/// <remarks>Each record is complete. A record that is written during the export may be included or not.</remarks>
internal sealed class Exporter(IStateReader store)
{
    private const int FlushBytes = 64 * 1024;

    /// <summary>Writes all records.</summary>
    /// <param name="output">The stream to write to.</param>
    /// <param name="keyIds">Ids of the configured keys. If there are none, the export names the key that sealed the canary.</param>
    /// <param name="progress">Receives the number of written records.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The number of written records of each kind.</returns>
    public async Task<ExportReport> WriteAsync(
        Stream output, IReadOnlyList<string> keyIds, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var lines = new LineWriter(output, progress);
        if (keyIds.Count == 0 && Sealer.KeyIdOf(await store.GetMetaAsync(KeyCanary.Name, cancellationToken).ConfigureAwait(false)) is { } id)
            keyIds = [id];
        await lines.WriteAsync(
            new ExportedHeader(ExportedHeader.CurrentFormat, await store.GetTimeAsync(cancellationToken).ConfigureAwait(false), keyIds),
            cancellationToken).ConfigureAwait(false);
        lines.Records = 0;

        var sessions = await lines.WriteAllAsync(
            store.ListSessionsAsync(new(), cancellationToken), Of, cancellationToken).ConfigureAwait(false);
        var users =
            await lines.WriteAllAsync(store.ListUsersAsync(null, limit: null, cancellationToken), Of, cancellationToken).ConfigureAwait(false);
        var state = await store.GetBotStateAsync(cancellationToken).ConfigureAwait(false);
        if (state.Version > 0) await lines.WriteAsync(Of(state), cancellationToken).ConfigureAwait(false);
        var settings = await lines.WriteAllAsync(
            store.ListSystemConfigAsync(cancellationToken), Of, cancellationToken).ConfigureAwait(false);
        var trades = await lines.WriteAllAsync(
            store.ListTradesAsync(new TradeQuery(), cancellationToken), TradeView.From, cancellationToken).ConfigureAwait(false);
        var values = await lines.WriteAllAsync(
            store.ListKeyedStateAsync(new StateRange(), cancellationToken).Where(IsExported), Of, cancellationToken).ConfigureAwait(false);
        var tasks = await lines.WriteAllAsync(
            store.ListTasksAsync(new TaskQuery(), cancellationToken), Of, cancellationToken).ConfigureAwait(false);
        var calibrations = await lines.WriteAllAsync(
            store.ListCalibrationsAsync(chatId: null, after: null, limit: null, cancellationToken), Of, cancellationToken).ConfigureAwait(false);

        await lines.WriteAsync(new ExportedEnd(lines.Records), cancellationToken).ConfigureAwait(false);
        await lines.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new ExportReport(sessions, users, state.Version > 0 ? 1 : 0, settings, trades, values, tasks, calibrations);
    }

    /// <summary>Writes trades alone, as an export that can be imported.</summary>
    /// <param name="output">The stream to write to.</param>
    /// <param name="trades">The trades.</param>
    /// <param name="createdAt">When they were read.</param>
    /// <param name="keyIds">Ids of the configured keys.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The number of written trades.</returns>
    public static async Task<long> WriteTradesAsync(
        Stream output, IAsyncEnumerable<TradeRow> trades, DateTimeOffset createdAt, IReadOnlyList<string> keyIds,
        CancellationToken cancellationToken)
    {
        var lines = new LineWriter(output, progress: null);
        await lines.WriteAsync(new ExportedHeader(ExportedHeader.CurrentFormat, createdAt, keyIds), cancellationToken).ConfigureAwait(false);
        lines.Records = 0;
        var count = await lines.WriteAllAsync(trades, TradeView.From, cancellationToken).ConfigureAwait(false);
        await lines.WriteAsync(new ExportedEnd(lines.Records), cancellationToken).ConfigureAwait(false);
        await lines.FlushAsync(cancellationToken).ConfigureAwait(false);
        return count;
    }

    internal static ExportedSession Of(Nexus.Sessions.SessionRow row) =>
        new(row.ChatId, row.ApiKey, row.ApiSecret, new RawJson(row.Config), row.Version, row.UpdatedAt);

    internal static ExportedUser Of(Nexus.Users.UserRow row) =>
        new(row.ChatId, row.Name, row.Role, row.ExpiresAt, row.CreatedAt, row.TimeZone, row.TelegramId, new RawJson(row.Groups), row.Version);

    private static ExportedBotState Of(Nexus.BotState.BotStateRow row) =>
        new(new RawJson(row.Strategies), new RawJson(row.Groups), row.DisabledAssets, row.AiFilter, row.Version, row.LastUpdated);

    private static ExportedConfigEntry Of(Nexus.SystemConfig.SystemConfigRow row) =>
        new(row.Key, new RawJson(row.Value), row.UpdatedBy, row.UpdatedAt, row.Version);

    /// <summary>A kept answer is for the repeats of a request to this database, within a day.</summary>
    private static bool IsExported(KeyedStateRow row) => StateKey.Parse(row.Id).Namespace != NexusIdempotency.Namespace;

    private static ExportedState Of(KeyedStateRow row)
    {
        var (space, key) = StateKey.Parse(row.Id);
        return new ExportedState(space, key, new RawJson(row.Value), row.ExpiresAt, row.Version, row.UpdatedAt);
    }

    private static ExportedTask Of(TaskRow row) => new(
        row.Id, row.ChatId, row.Action, new RawJson(row.Parameters), TaskNames.Of(row.Schedule.Kind), row.Schedule.Text, row.Schedule.TimeZone,
        TaskNames.Of(row.Missed), row.Description, row.JobId, row.IsActive, row.NextRun, row.CreatedAt, row.Runs.Fence, row.Runs.CompletedFence,
        row.Runs.Attempts, row.Runs.LastRun, row.Runs.LastError, row.Version, row.UpdatedAt);

    private static ExportedCalibration Of(CalibrationRow row)
    {
        var (key, values) = (CalibrationKey.Parse(row.Id), row.Values);
        return new ExportedCalibration(
            key.ChatId, key.Strategy, key.Symbol, key.Exchange, values.ConfidenceThreshold, values.LeverageMultiplier, values.SizeMultiplier,
            values.KellyFraction, values.WinRateEstimate, values.RiskRewardEstimate, values.IsActive, row.Version, row.UpdatedAt);
    }

    private sealed class LineWriter(Stream output, IProgress<long>? progress)
    {
        private readonly ArrayBufferWriter<byte> _buffer = new(2 * FlushBytes);

        public long Records { get; set; }

        public async Task<long> WriteAllAsync<TRow>(
            IAsyncEnumerable<TRow> rows, Func<TRow, ExportLine> line, CancellationToken cancellationToken)
        {
            var count = 0L;
            await foreach (var row in rows.ConfigureAwait(false))
            {
                await WriteAsync(line(row), cancellationToken).ConfigureAwait(false);
                count++;
            }
            return count;
        }

        public async Task WriteAsync(ExportLine line, CancellationToken cancellationToken)
        {
            var type = ExchangeJson.Strict.ExportLine;
            using (var writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = type.Options.Encoder, SkipValidation = true }))
                JsonSerializer.Serialize(writer, line, type);
            _buffer.Write("\n"u8);
            Records++;
            progress?.Report(Records);
            if (_buffer.WrittenCount >= FlushBytes) await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        public async Task FlushAsync(CancellationToken cancellationToken)
        {
            await output.WriteAsync(_buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
            _buffer.ResetWrittenCount();
        }
    }
}
