using System.Runtime.CompilerServices;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Trades;

/// <summary>Every trade of every chat. A trade is identified by chat, entry time and id, so that repeating a call never makes a second one.</summary>
public sealed class NexusTrades
{
    /// <summary>Trades in one commit while appending: large enough to be bound by the server, small enough to stay out of the large object heap.</summary>
    private const int AppendBatch = 1000;

    private readonly ITradeReader _store;
    private readonly IStateWriter _writer;
    private readonly WriteQueue _queue;
    private readonly DocumentSealer _documents;
    private readonly TradeSealing _sealing;

    internal NexusTrades(ITradeReader store, IStateWriter writer, WriteQueue queue, DocumentSealer documents, TimeProvider clock) =>
        (_store, _writer, _queue, _documents, _sealing) = (store, writer, queue, documents, new TradeSealing(documents, clock));

    /// <summary>Stores a trade and returns it with its id and entry time. One that is stored already stays as it is.</summary>
    /// <exception cref="NexusValidationException">A field breaks a limit.</exception>
    /// <exception cref="NexusStateException">The trade is open and the chat's subscription had ended when it was entered.</exception>
    public async Task<Trade> OpenAsync(Trade trade, CancellationToken cancellationToken = default)
    {
        var write = await ToWriteAsync(trade, cancellationToken).ConfigureAwait(false);
        var receipt = ToReceipt(write, await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false));
        return receipt.AlreadyExisted ? await GetStoredAsync(write, receipt, cancellationToken).ConfigureAwait(false) : ToTrade(write, receipt);
    }

    /// <summary>The same, and whether the trade was stored before: then it is returned as it is stored, whatever the caller said about it.</summary>
    /// <exception cref="NexusValidationException">A field breaks a limit.</exception>
    /// <exception cref="NexusStateException">The trade is open and the chat's subscription had ended when it was entered.</exception>
    public async Task<(Trade Trade, bool AlreadyExisted)> OpenOnceAsync(Trade trade, CancellationToken cancellationToken = default)
    {
        var write = await ToWriteAsync(trade, cancellationToken).ConfigureAwait(false);
        var receipt = ToReceipt(write, await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false));
        return (receipt.AlreadyExisted ? await GetStoredAsync(write, receipt, cancellationToken).ConfigureAwait(false) : ToTrade(write, receipt), receipt.AlreadyExisted);
    }

    /// <summary>
    /// Closes or cancels an open trade, also for a chat whose subscription has ended. Where several chats have a trade with the id, the only one that is
    /// open is closed.
    /// </summary>
    /// <param name="id">The trade.</param>
    /// <param name="close">How it ends.</param>
    /// <param name="chatId">The chat, where it is known.</param>
    /// <param name="cancellationToken">Before the write was taken into a batch: it is not written.</param>
    /// <returns>The trade as it is stored now.</returns>
    /// <exception cref="NexusNotFoundException">No such trade.</exception>
    /// <exception cref="NexusStateException">The trade is not open.</exception>
    /// <exception cref="NexusAmbiguousException">Several trades have the id, and not exactly one of them is open.</exception>
    public Task<Trade> CloseAsync(Guid id, TradeClose close, ChatId? chatId = null, CancellationToken cancellationToken = default) =>
        CloseAsync(TradeSealing.ToWrite(id, chatId, null, close), cancellationToken);

    /// <summary>Closes or cancels the open trade with this key, also for a chat whose subscription has ended.</summary>
    /// <param name="key">The trade.</param>
    /// <param name="close">How it ends.</param>
    /// <param name="cancellationToken">Before the write was taken into a batch: it is not written.</param>
    /// <returns>The trade as it is stored now.</returns>
    /// <exception cref="NexusNotFoundException">No such trade.</exception>
    /// <exception cref="NexusStateException">The trade is not open.</exception>
    public Task<Trade> CloseAsync(TradeKey key, TradeClose close, CancellationToken cancellationToken = default) =>
        CloseAsync(TradeSealing.ToWrite(key.Id, key.ChatId, key.EntryTimestamp, close), cancellationToken);

    /// <summary>
    /// Stores many trades, open or closed, as they come: never all in memory. Each stands for itself: one that is refused is reported and
    /// the rest goes on.
    /// </summary>
    public async Task<AppendReport> AppendAsync(IAsyncEnumerable<Trade> trades, CancellationToken cancellationToken = default)
    {
        var report = new AppendReport();
        var batch = new List<(long Index, OpenTrade Write)>(AppendBatch);
        var ids = new HashSet<Guid>();
        var index = 0L;
        await foreach (var trade in trades.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var row = (await ToWriteAsync(trade, cancellationToken).ConfigureAwait(false)).Trade;
                // A batch holds a record once; the same trade again waits for the next batch and then is there already.
                if (!ids.Add(row.Id)) await FlushAsync().ConfigureAwait(false);
                ids.Add(row.Id);
                batch.Add((index, new OpenTrade(row)));
            }
            catch (NexusValidationException error)
            {
                report.Reject(index, error);
            }
            index++;
            if (batch.Count == AppendBatch) await FlushAsync().ConfigureAwait(false);
        }
        await FlushAsync().ConfigureAwait(false);
        return report;

        async Task FlushAsync()
        {
            if (batch.Count == 0) return;
            var outcomes = await _writer.ApplyAsync([.. batch.Select(entry => entry.Write)], atomic: false, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < outcomes.Length; i++) report.Count(batch[i].Index, outcomes[i], batch[i].Write.Key, SubscriptionEnded);
            batch.Clear();
            ids.Clear();
        }
    }

    /// <summary>The trade with an id, or null.</summary>
    /// <exception cref="NexusAmbiguousException">Several trades have the id.</exception>
    public async Task<Trade?> GetAsync(Guid id, ChatId? chatId = null, CancellationToken cancellationToken = default)
    {
        var rows = await _store.FindTradesAsync(id, chatId?.Value, null, cancellationToken).ConfigureAwait(false);
        return rows.Count > 1 ? throw Ambiguous(rows) : rows.Count == 0 ? null : _sealing.FromRow(rows[0]);
    }

    /// <summary>The trade with this key, or null.</summary>
    public async Task<Trade?> GetAsync(TradeKey key, CancellationToken cancellationToken = default) =>
        await _store.FindTradesAsync(key.Id, key.ChatId.Value, Validation.Instant("entryTimestamp", key.EntryTimestamp), cancellationToken).ConfigureAwait(false) is [var row] ? _sealing.FromRow(row) : null;

    /// <summary>Streams trades, newest entry first.</summary>
    public async IAsyncEnumerable<Trade> QueryAsync(TradeFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        filter ??= new TradeFilter();
        if (filter.Limit is < 1) throw new NexusValidationException("limit", "must be 1 or more");
        var query = new TradeQuery(
            filter.ChatId?.Value,
            filter.Status,
            filter.Symbol is null ? null : Validation.Text("symbol", filter.Symbol, Validation.MaxSymbolLength),
            filter.From?.ToUniversalTime(),
            filter.To?.ToUniversalTime(),
            filter.After is { } after ? new TradeCursor(after.EntryTimestamp.ToUniversalTime(), after.Id, after.ChatId.Value) : null,
            filter.Limit);
        await foreach (var row in _store.ListTradesAsync(query, cancellationToken).ConfigureAwait(false)) yield return _sealing.FromRow(row);
    }

    /// <summary>Figures over closed trades, computed in the store with exact decimals.</summary>
    /// <param name="chatId">One chat, or all.</param>
    /// <param name="days">Closed in the last so many days, 1 to 36,500; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<TradePerformance> GetPerformanceAsync(ChatId? chatId = null, int? days = null, CancellationToken cancellationToken = default) =>
        _store.GetPerformanceAsync(chatId?.Value, days is { } count ? Validation.Range("days", count, 1, Validation.MaxDays) : null, cancellationToken);

    private static WriteReceipt ToReceipt(OpenTrade write, WriteOutcome outcome) => outcome.ToReceipt(write.Key, invalidState: SubscriptionEnded);

    private Trade ToTrade(OpenTrade write, WriteReceipt receipt) => _sealing.FromRow(write.Trade, receipt.Version, receipt.At);

    private async Task<Trade> GetStoredAsync(OpenTrade write, WriteReceipt receipt, CancellationToken cancellationToken) =>
        await FindAsync(write.Trade, cancellationToken).ConfigureAwait(false) is { } stored ? _sealing.FromRow(stored) : ToTrade(write, receipt);

    /// <summary>Masks stand for secrets of the trade that is there already, which is what a trade that was read and is sent again can only be.</summary>
    private async Task<OpenTrade> ToWriteAsync(Trade trade, CancellationToken cancellationToken)
    {
        var row = _sealing.ToRow(trade);
        if (!MaskText.MayBeIn(row.Metadata.Span)) return new OpenTrade(row);
        var stored = await FindAsync(row, cancellationToken).ConfigureAwait(false);
        var place = TradeSealing.Place(row.ChatId, row.Id);
        var metadata = new MaskedRecord(_documents).Add(place, stored?.Metadata ?? default).Resolve(place, row.Metadata, StateRules.Metadata);
        return new OpenTrade(metadata is null ? row : row with { Metadata = metadata });
    }

    private async Task<TradeRow?> FindAsync(TradeRow trade, CancellationToken cancellationToken) =>
        await _store.FindTradesAsync(trade.Id, trade.ChatId, trade.EntryTimestamp, cancellationToken).ConfigureAwait(false) is [var row] ? row : null;

    private async Task<Trade> CloseAsync(CloseTrade write, CancellationToken cancellationToken)
    {
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        if (outcome.Status is not (WriteStatus.Applied or WriteStatus.AlreadyApplied or WriteStatus.InvalidState)) outcome.ToReceipt(write.Key);
        var rows = await _store.FindTradesAsync(write.Id, write.ChatId, write.EntryTimestamp, cancellationToken).ConfigureAwait(false);
        if (outcome.Status == WriteStatus.InvalidState) throw rows.Count > 1 ? Ambiguous(rows) : outcome.ToException(write.Key.ToString(), invalidState: "is not open");
        var closed = rows.FirstOrDefault(row => row.Status == write.Status && row.Version == outcome.Version && row.UpdatedAt == outcome.At) ?? rows.FirstOrDefault(row => row.Status == write.Status);
        return closed is null ? throw new NexusNotFoundException(write.Key.ToString()) : _sealing.FromRow(closed);
    }

    private static NexusAmbiguousException Ambiguous(IReadOnlyList<TradeRow> rows)
    {
        string[] chats = [.. rows.Select(row => row.ChatId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new NexusAmbiguousException($"trade {rows[0].Id}", chats, chats.Length == 1 ? "name its entryTimestamp as well" : "name its chatId as well");
    }

    private const string SubscriptionEnded = "is not opened: the chat's subscription has ended";
}
