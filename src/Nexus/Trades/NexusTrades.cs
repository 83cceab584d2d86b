using System.Runtime.CompilerServices;
using Nexus.Secrets;
using Nexus.Storage;

namespace Nexus.Trades;

/// <summary>Every trade of every chat. A trade is identified by chat, entry time and id, so that repeating a call never makes a second one.</summary>
public sealed class NexusTrades
{
    /// <summary>Trades in one commit while appending: large enough to be bound by the server, small enough to stay out of the large object heap.</summary>
    private const int AppendBatch = 1000;

    private readonly IStore _store;
    private readonly WriteQueue _queue;
    private readonly TradeSealing _sealing;

    internal NexusTrades(IStore store, WriteQueue queue, DocumentSealer documents, TimeProvider clock) =>
        (_store, _queue, _sealing) = (store, queue, new TradeSealing(documents, clock));

    /// <summary>Stores a trade and returns it with its id and entry time. One that is stored already stays as it is.</summary>
    /// <exception cref="NexusValidationException">A field breaks a limit.</exception>
    /// <exception cref="NexusStateException">The trade is open and the chat's subscription had ended when it was entered.</exception>
    public async Task<Trade> OpenAsync(Trade trade, CancellationToken cancellationToken = default)
    {
        var write = new OpenTrade(_sealing.ToRow(trade));
        var receipt = ToReceipt(write, await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false));
        return receipt.WasThere ? await GetStoredAsync(write, receipt, cancellationToken).ConfigureAwait(false) : ToTrade(write, receipt);
    }

    /// <summary>The same, and whether the trade was stored before: then it is returned as it is stored, whatever the caller said about it.</summary>
    /// <exception cref="NexusValidationException">A field breaks a limit.</exception>
    /// <exception cref="NexusStateException">The trade is open and the chat's subscription had ended when it was entered.</exception>
    public async Task<(Trade Trade, bool WasThere)> OpenOnceAsync(Trade trade, CancellationToken cancellationToken = default)
    {
        var write = new OpenTrade(_sealing.ToRow(trade));
        var receipt = ToReceipt(write, await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false));
        return (receipt.WasThere ? await GetStoredAsync(write, receipt, cancellationToken).ConfigureAwait(false) : ToTrade(write, receipt), receipt.WasThere);
    }

    /// <summary>Closes or cancels an open trade, also for a chat whose subscription has ended.</summary>
    /// <param name="id">The trade.</param>
    /// <param name="close">How it ends.</param>
    /// <param name="chatId">Narrows the search where it is known.</param>
    /// <param name="cancellationToken">Before the write was taken into a batch: it is not written.</param>
    /// <returns>The trade as it is stored now.</returns>
    /// <exception cref="NexusNotFoundException">No such trade.</exception>
    /// <exception cref="NexusStateException">The trade is not open.</exception>
    public async Task<Trade> CloseAsync(Guid id, TradeClose close, ChatId? chatId = null, CancellationToken cancellationToken = default)
    {
        var write = TradeSealing.ToWrite(id, chatId, close);
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        outcome.ToReceipt(write.Key, invalidState: "is not open");
        return await GetAsync(id, chatId, cancellationToken).ConfigureAwait(false) ?? throw new NexusNotFoundException(write.Key.ToString());
    }

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
                var row = _sealing.ToRow(trade);
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
            var outcomes = await _store.ApplyAsync([.. batch.Select(entry => entry.Write)], atomic: false, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < outcomes.Length; i++) report.Count(batch[i].Index, outcomes[i], batch[i].Write.Key, SubscriptionEnded);
            batch.Clear();
            ids.Clear();
        }
    }

    /// <summary>One trade, or null.</summary>
    public async Task<Trade?> GetAsync(Guid id, ChatId? chatId = null, CancellationToken cancellationToken = default) =>
        await _store.GetTradeAsync(id, chatId?.Value, cancellationToken).ConfigureAwait(false) is { } row ? _sealing.FromRow(row) : null;

    /// <summary>Streams trades, newest entry first.</summary>
    public async IAsyncEnumerable<Trade> QueryAsync(TradeFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        filter ??= new TradeFilter();
        if (filter.Limit is < 1) throw new NexusValidationException("limit", "must be 1 or more");
        var query = new TradeQuery(
            filter.ChatId?.Value,
            filter.Status,
            filter.Symbol is null ? null : Validation.Text("symbol", filter.Symbol, 20),
            filter.From?.ToUniversalTime(),
            filter.To?.ToUniversalTime(),
            filter.After is { } after ? new TradeCursor(after.EntryTimestamp, after.Id) : null,
            filter.Limit);
        await foreach (var row in _store.ListTradesAsync(query, cancellationToken).ConfigureAwait(false)) yield return _sealing.FromRow(row);
    }

    /// <summary>Figures over closed trades, computed in the store with exact decimals.</summary>
    /// <param name="chatId">One chat, or all.</param>
    /// <param name="days">Closed in the last so many days, 1 to 36,500; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<TradePerformance> GetPerformanceAsync(ChatId? chatId = null, int? days = null, CancellationToken cancellationToken = default) =>
        _store.GetPerformanceAsync(chatId?.Value, days is { } count ? Validation.Range("days", count, 1, 36_500) : null, cancellationToken);

    private static WriteReceipt ToReceipt(OpenTrade write, WriteOutcome outcome) => outcome.ToReceipt(write.Key, invalidState: SubscriptionEnded);

    private Trade ToTrade(OpenTrade write, WriteReceipt receipt) => _sealing.FromRow(write.Trade, receipt.Version, receipt.At);

    private async Task<Trade> GetStoredAsync(OpenTrade write, WriteReceipt receipt, CancellationToken cancellationToken) =>
        await _store.GetTradeAsync(write.Trade.Id, write.Trade.ChatId, cancellationToken).ConfigureAwait(false) is { } stored ? _sealing.FromRow(stored) : ToTrade(write, receipt);

    private const string SubscriptionEnded = "is not opened: the chat's subscription has ended";
}
