using System.Runtime.CompilerServices;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Trades;

namespace Nexus.Calibrations;

/// <summary>
/// How the strategies of each chat are tuned. A calibration is for one symbol or all and for one exchange or all; the most specific active one
/// applies.
/// </summary>
public sealed class NexusCalibration
{
    private readonly ICalibrationReader _store;
    private readonly ITradeReader _trades;
    private readonly WriteQueue _queue;

    internal NexusCalibration(ICalibrationReader store, ITradeReader trades, WriteQueue queue) => (_store, _trades, _queue) = (store, trades, queue);

    /// <summary>
    /// The calibration that applies: the first active one for symbol and exchange, for the symbol, for the exchange, for the strategy alone. Null if
    /// there is none.
    /// </summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="strategy">At most 256 characters.</param>
    /// <param name="symbol">At most 64 characters; null for calibrations of all symbols only.</param>
    /// <param name="exchange">At most 256 characters; null for calibrations of all exchanges only.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">A name exceeds a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var size = (await db.Calibration.FindAsync(1001, "GRID", "BTCUSDT"))?.Values.SizeMultiplier ?? 1;</code></example>
    public async Task<Calibration?> FindAsync(
        ChatId chatId, string strategy, string? symbol = null, string? exchange = null, CancellationToken cancellationToken = default)
    {
        var ids = CalibrationKey.OfStored(chatId, strategy, symbol, exchange).Candidates().Select(key => key.Id).ToArray();
        var rows = await _store.GetCalibrationsAsync(ids, cancellationToken).ConfigureAwait(false);
        return ids.Select(id => rows.FirstOrDefault(row => row.Id == id && row.Values.IsActive)).FirstOrDefault(row => row is not null) is { } found
            ? FromRow(found)
            : null;
    }

    /// <summary>The calibration for exactly these names, active or not; null if there is none.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="strategy">At most 256 characters.</param>
    /// <param name="symbol">At most 64 characters; null for the calibration of all symbols.</param>
    /// <param name="exchange">At most 256 characters; null for the calibration of all exchanges.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">A name exceeds a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var version = (await db.Calibration.GetAsync(1001, "GRID"))?.Version ?? 0;</code></example>
    public async Task<Calibration?> GetAsync(
        ChatId chatId, string strategy, string? symbol = null, string? exchange = null, CancellationToken cancellationToken = default) =>
        await _store.GetCalibrationsAsync([CalibrationKey.OfStored(chatId, strategy, symbol, exchange).Id], cancellationToken).ConfigureAwait(false)
            is [var row]
            ? FromRow(row)
            : null;

    /// <summary>Streams the calibrations of a chat, ordered by strategy, symbol and exchange.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="after">Only calibrations after this one: the last of the previous page.</param>
    /// <param name="limit">The most calibrations to return, 1 or more; null for all.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="NexusValidationException">The limit is out of its range.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>await foreach (var tuning in db.Calibration.ListAsync(1001)) Console.WriteLine(tuning.Strategy);</code></example>
    public IAsyncEnumerable<Calibration> ListAsync(
        ChatId chatId, Calibration? after = null, int? limit = null, CancellationToken cancellationToken = default) =>
        ReadAsync(chatId.Value, after is null ? null : KeyOf(after).Id, Validation.Limit(limit), cancellationToken);

    /// <summary>Sets the calibration for exactly these names; creates it if there is none.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="strategy">At most 256 characters.</param>
    /// <param name="values">How the strategy is tuned.</param>
    /// <param name="symbol">At most 64 characters; null for all symbols.</param>
    /// <param name="exchange">At most 256 characters; null for all exchanges.</param>
    /// <param name="expectedVersion">The version to replace; 0: only if there is none; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">A name or a value exceeds a limit.</exception>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.Calibration.SaveAsync(1001, "GRID", new CalibrationValues { SizeMultiplier = 0.8m });</code></example>
    public async Task<WriteReceipt> SaveAsync(
        ChatId chatId, string strategy, CalibrationValues values, string? symbol = null, string? exchange = null, long? expectedVersion = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(values);
        Validation.Version("expectedVersion", expectedVersion);
        var key = await KeyToSaveAsync(chatId, strategy, symbol, exchange, cancellationToken).ConfigureAwait(false);
        var write = new SaveCalibration(key.Id, values.Checked(), expectedVersion);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToReceipt(write.Key, expectedVersion);
    }

    /// <summary>Removes the calibration for exactly these names.</summary>
    /// <returns>Whether there was one, and the version that was deleted.</returns>
    /// <param name="chatId">The chat.</param>
    /// <param name="strategy">At most 256 characters.</param>
    /// <param name="symbol">At most 64 characters; null for the calibration of all symbols.</param>
    /// <param name="exchange">At most 256 characters; null for the calibration of all exchanges.</param>
    /// <param name="expectedVersion">The version to delete; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">A name exceeds a limit.</exception>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>var deleted = await db.Calibration.DeleteAsync(1001, "GRID", "BTCUSDT");</code></example>
    public async Task<DeleteReceipt> DeleteAsync(
        ChatId chatId, string strategy, string? symbol = null, string? exchange = null, long? expectedVersion = null,
        CancellationToken cancellationToken = default)
    {
        Validation.Version("expectedVersion", expectedVersion);
        var write = new RemoveCalibration(CalibrationKey.OfStored(chatId, strategy, symbol, exchange).Id, expectedVersion);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return outcome.ToDeleteReceipt(write.Key, expectedVersion);
    }

    /// <summary>
    /// Calibrates a strategy by the closed trades of the last 30 days with these names. With fewer than 10 nothing is changed. The rule:
    /// docs/performance-metrics.md.
    /// </summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="strategy">At most 256 characters.</param>
    /// <param name="symbol">At most 64 characters; null for the trades of all symbols.</param>
    /// <param name="exchange">At most 256 characters; null for the trades of all exchanges.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">A name exceeds a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>var result = await db.Calibration.AutoCalibrateAsync(1001, "GRID", "BTCUSDT", "BINANCE");</code></example>
    public async Task<AutomaticCalibration> AutoCalibrateAsync(
        ChatId chatId, string strategy, string? symbol = null, string? exchange = null, CancellationToken cancellationToken = default)
    {
        var key = await KeyToSaveAsync(chatId, strategy, symbol, exchange, cancellationToken).ConfigureAwait(false);
        var query = new PerformanceQuery(key.ChatId, key.Symbol, key.Strategy, key.Exchange, CalibrationRule.Days);
        var performance = await _trades.GetPerformanceAsync(query, cancellationToken).ConfigureAwait(false);
        if (performance.Trades < CalibrationRule.MinTrades) return new AutomaticCalibration(performance.Trades, null);
        var values = CalibrationRule.Of(performance);
        var receipt = await SaveAsync(chatId, strategy, values, symbol, exchange, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new AutomaticCalibration(performance.Trades, FromRow(new CalibrationRow(key.Id, values, receipt.Version, receipt.At)));
    }

    /// <summary>What an adopted database has under an unusual name can be changed there; new calibrations need a usual one.</summary>
    private async Task<CalibrationKey> KeyToSaveAsync(
        ChatId chatId, string strategy, string? symbol, string? exchange, CancellationToken cancellationToken)
    {
        try
        {
            return CalibrationKey.Of(chatId, strategy, symbol, exchange);
        }
        catch (NexusValidationException)
        {
            var key = CalibrationKey.OfStored(chatId, strategy, symbol, exchange);
            if (await _store.GetCalibrationsAsync([key.Id], cancellationToken).ConfigureAwait(false) is [_]) return key;
            throw;
        }
    }

    private async IAsyncEnumerable<Calibration> ReadAsync(
        string chatId, string? after, int? limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = _store.ListCalibrationsAsync(chatId, after, limit, cancellationToken);
        await foreach (var row in rows.ConfigureAwait(false)) yield return FromRow(row);
    }

    private static CalibrationKey KeyOf(Calibration calibration) =>
        new(calibration.ChatId.Value, calibration.Strategy, calibration.Symbol, calibration.Exchange);

    private static Calibration FromRow(CalibrationRow row)
    {
        var key = CalibrationKey.Parse(row.Id);
        return new Calibration
        {
            ChatId = ChatId.FromStore(key.ChatId),
            Strategy = key.Strategy,
            Symbol = key.Symbol,
            Exchange = key.Exchange,
            Values = row.Values,
            Version = row.Version,
            UpdatedAt = row.UpdatedAt,
        };
    }
}
