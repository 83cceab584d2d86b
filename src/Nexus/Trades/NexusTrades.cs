using System.Runtime.CompilerServices;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Trades;

/// <summary>Every trade of every chat. A trade is identified by chat, entry time and id, so calls are idempotent.</summary>
public sealed partial class NexusTrades
{
    private readonly ITradeReader _store;
    private readonly WriteQueue _queue;
    private readonly DocumentSealer _documents;
    private readonly TradeSealing _sealing;

    internal NexusTrades(ITradeReader store, WriteQueue queue, DocumentSealer documents, TimeProvider clock) =>
        (_store, _queue, _documents, _sealing) = (store, queue, documents, new TradeSealing(documents, clock));

    /// <summary>
    /// Stores a trade and returns it with its id and entry time. A trade that is already stored does not change and is returned as stored.
    /// </summary>
    /// <param name="trade">Open, or closed already.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">A field exceeds a limit.</exception>
    /// <exception cref="NexusStateException">The trade is open, and the chat's subscription had ended when it was entered.</exception>
    /// <example><code>
    /// var opened = await db.Trades.OpenAsync(new Trade { Id = id, ChatId = 1001, Symbol = "BTCUSDT", Side = TradeSide.Long,
    ///     EntryPrice = 65_000m, Quantity = 0.015m });
    /// </code></example>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    public async Task<StoredTrade> OpenAsync(Trade trade, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trade);
        var write = await ToWriteAsync(trade, cancellationToken).ConfigureAwait(false);
        var receipt = ToReceipt(write, await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false));
        return new StoredTrade(receipt.AlreadyExisted ? await GetStoredAsync(write, receipt, cancellationToken).ConfigureAwait(false)
            : ToTrade(write, receipt), receipt);
    }

    /// <summary>
    /// Closes or cancels an open trade, also for a chat whose subscription has ended. If several chats have a trade with the id, the only one that is
    /// open is closed.
    /// </summary>
    /// <param name="id">The trade.</param>
    /// <param name="close">How the trade ends.</param>
    /// <param name="chatId">The chat; null if it is not known.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <returns>The trade as it is stored now, and the receipt of the write.</returns>
    /// <exception cref="NexusNotFoundException">There is no such trade.</exception>
    /// <exception cref="NexusStateException">The trade is not open.</exception>
    /// <exception cref="NexusAmbiguousException">Several trades have the id, and not exactly one of them is open.</exception>
    /// <exception cref="NexusValidationException">A field exceeds a limit, or the exit price is missing.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <exception cref="UnknownOutcomeException">The store became unavailable during the write or before the trade was read.</exception>
    /// <example><code>await db.Trades.CloseAsync(id, new TradeClose { ExitPrice = 66_000m, ExitReason = "TP" }, chatId: 1001);</code></example>
    public Task<StoredTrade> CloseAsync(Guid id, TradeClose close, ChatId? chatId = null, CancellationToken cancellationToken = default) =>
        CloseAsync(TradeSealing.ToWrite(id, chatId, null, close), cancellationToken);

    /// <summary>Closes or cancels the open trade with this key, also for a chat whose subscription has ended.</summary>
    /// <param name="key">The trade.</param>
    /// <param name="close">How the trade ends.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <returns>The trade as it is stored now, and the receipt of the write.</returns>
    /// <exception cref="NexusNotFoundException">There is no such trade.</exception>
    /// <exception cref="NexusStateException">The trade is not open.</exception>
    /// <exception cref="NexusValidationException">A field exceeds a limit, or the exit price is missing.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <exception cref="UnknownOutcomeException">The store became unavailable during the write or before the trade was read.</exception>
    /// <example><code>
    /// var key = new TradeKey(trade.ChatId, trade.EntryTimestamp, trade.Id);
    /// await db.Trades.CloseAsync(key, new TradeClose { Cancelled = true });
    /// </code></example>
    public Task<StoredTrade> CloseAsync(TradeKey key, TradeClose close, CancellationToken cancellationToken = default) =>
        CloseAsync(TradeSealing.ToWrite(key.Id, key.ChatId, key.EntryTimestamp, close), cancellationToken);

    /// <summary>
    /// Stores many trades, open or closed, as a stream, never all in memory. A trade that is refused is reported, and the others are stored.
    /// </summary>
    /// <param name="trades">The trades.</param>
    /// <param name="cancellationToken">Ends the input. A batch that was handed to the store is finished.</param>
    /// <returns>
    /// How many trades were stored and refused. If the input, the store or a cancellation ended the call early, <see cref="AppendReport.StoppedBy"/>
    /// says why, and the counts say what was stored until then.
    /// </returns>
    /// <exception cref="StoreUnavailableException">The store is unavailable; nothing was written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before anything was written.</exception>
    /// <example><code>var report = await db.Trades.AppendAsync(history.ToAsyncEnumerable());</code></example>
    public async Task<AppendReport> AppendAsync(IAsyncEnumerable<Trade> trades, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trades);
        var run = new AppendRun(_queue, SubscriptionEnded);
        try
        {
            await foreach (var trade in trades.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                OpenTrade write;
                try
                {
                    write = await ToWriteAsync(Validation.Given("trade", trade), cancellationToken).ConfigureAwait(false);
                }
                catch (NexusValidationException error)
                {
                    run.Reject(error);
                    continue;
                }
                await run.AddAsync(write, cancellationToken).ConfigureAwait(false);
            }
            await run.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (run.Report.HasWritten)
        {
            // An exception would say that nothing was written.
            run.Report.Stop(error);
        }
        return run.Report;
    }

    /// <summary>The trade with an id, or null.</summary>
    /// <exception cref="NexusAmbiguousException">Several trades have the id.</exception>
    /// <param name="id">The trade.</param>
    /// <param name="chatId">The chat; null if it is not known.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var trade = await db.Trades.GetAsync(id, chatId: 1001);</code></example>
    public async Task<Trade?> GetAsync(Guid id, ChatId? chatId = null, CancellationToken cancellationToken = default)
    {
        StaleReads.Permit();
        var rows = await _store.FindTradesAsync(id, chatId?.Value, null, cancellationToken).ConfigureAwait(false);
        return rows.Count > 1 ? throw Ambiguous(rows) : rows.Count == 0 ? null : _sealing.FromRow(rows[0]);
    }

    /// <summary>The trade with this key, or null.</summary>
    /// <param name="key">Chat, entry time and id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">The entry time is not in the years 2000 to 2099.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var trade = await db.Trades.GetAsync(new TradeKey(1001, entered, id));</code></example>
    public async Task<Trade?> GetAsync(TradeKey key, CancellationToken cancellationToken = default) =>
        await _store.FindTradesAsync(key.Id, key.ChatId.Value, Validation.Instant("entryTimestamp", key.EntryTimestamp),
            cancellationToken).ConfigureAwait(false) is [var row]
            ? _sealing.FromRow(row)
            : null;

    /// <summary>Streams trades, newest entry first.</summary>
    /// <param name="filter">All conditions together; null for every trade.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="NexusValidationException">A condition exceeds a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>
    /// var open = new TradeFilter { ChatId = 1001, Status = TradeStatus.Open };
    /// await foreach (var trade in db.Trades.ListAsync(open)) Console.WriteLine($"{trade.Symbol} {trade.Quantity}");
    /// </code></example>
    public IAsyncEnumerable<Trade> ListAsync(TradeFilter? filter = null, CancellationToken cancellationToken = default)
    {
        return ListAsync(ToQuery(filter ?? new TradeFilter()), cancellationToken);
    }

    /// <summary>How many trades meet some conditions, counted exactly in the store.</summary>
    /// <param name="filter">All conditions together; null for every trade. <see cref="TradeFilter.After"/> and <see cref="TradeFilter.Limit"/> are
    /// ignored.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">A condition exceeds a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var open = await db.Trades.CountAsync(new TradeFilter { ChatId = 1001, Status = TradeStatus.Open });</code></example>
    public Task<long> CountAsync(TradeFilter? filter = null, CancellationToken cancellationToken = default)
    {
        var query = ToQuery(filter ?? new TradeFilter()) with { After = null, Limit = null };
        StaleReads.Permit();
        return _store.CountTradesAsync(query, cancellationToken);
    }

    private static TradeQuery ToQuery(TradeFilter filter) => new(
        filter.ChatId?.Value,
        filter.Status,
        filter.Symbol is null ? null : Validation.Text("symbol", filter.Symbol, Validation.MaxSymbolLength),
        filter.From?.ToUniversalTime(),
        filter.To?.ToUniversalTime(),
        filter.After is { } after ? new TradeCursor(after.EntryTimestamp.ToUniversalTime(), after.Id, after.ChatId.Value) : null,
        Validation.Limit(filter.Limit))
    {
        Strategy = filter.Strategy is null ? null : Validation.Text("strategy", filter.Strategy, Validation.MaxNameLength),
        Exchange = filter.Exchange is null ? null : Validation.Text("exchange", filter.Exchange, Validation.MaxNameLength),
        ExitFrom = filter.ExitFrom?.ToUniversalTime(),
        ExitTo = filter.ExitTo?.ToUniversalTime(),
    };

    private async IAsyncEnumerable<Trade> ListAsync(TradeQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StaleReads.Permit();
        await foreach (var row in _store.ListTradesAsync(query, cancellationToken).ConfigureAwait(false)) yield return _sealing.FromRow(row);
    }

    /// <summary>Performance figures of closed trades, computed in the store with exact decimals.</summary>
    /// <param name="chatId">One chat; null for all.</param>
    /// <param name="days">Only trades closed in this many last days, 1 to 36,500; null for all.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">The days exceed a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var month = await db.Trades.GetPerformanceAsync(chatId: 1001, days: 30);</code></example>
    public Task<TradePerformance> GetPerformanceAsync(ChatId? chatId = null, int? days = null, CancellationToken cancellationToken = default) =>
        GetPerformanceAsync(new PerformanceFilter { ChatId = chatId, Days = days }, cancellationToken);

    /// <summary>Performance figures of closed trades, computed in the store with exact decimals: docs/performance-metrics.md.</summary>
    /// <param name="filter">Which trades.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">A condition exceeds a limit, or the days are combined with a period.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var grid = await db.Trades.GetPerformanceAsync(new PerformanceFilter { ChatId = 1001, Strategy = "GRID" });</code></example>
    public async Task<TradePerformance> GetPerformanceAsync(PerformanceFilter filter, CancellationToken cancellationToken = default)
    {
        StaleReads.Permit();
        return await _store.GetPerformanceAsync(PerformanceReads.ToQuery(filter), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Performance figures of groups of closed trades, the largest total PnL first.</summary>
    /// <param name="groupBy">What the trades of a group have in common.</param>
    /// <param name="filter">Which trades; null for all.</param>
    /// <param name="limit">The most groups to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">An argument exceeds a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>
    /// var groups = await db.Trades.GetPerformanceGroupsAsync(PerformanceGrouping.Strategy, new PerformanceFilter { ChatId = 1001 });
    /// foreach (var (strategy, figures) in groups.Groups) Console.WriteLine($"{strategy} {figures.TotalPnl}");
    /// </code></example>
    public Task<PerformanceGroups> GetPerformanceGroupsAsync(
        PerformanceGrouping groupBy, PerformanceFilter? filter = null, int limit = 100, CancellationToken cancellationToken = default) =>
        _store.GetPerformanceGroupsAsync(
            PerformanceReads.ToQuery(filter ?? new PerformanceFilter()) with
            {
                GroupBy = Enum.IsDefined(groupBy) ? groupBy : throw new NexusValidationException("groupBy", "is no grouping"),
            },
            Validation.Range("limit", limit, 1, PerformanceReads.MaxGroups),
            cancellationToken);

    /// <summary>
    /// The equity curve: the running total of PnL and its fall below its peak, by buckets of the time of exit. Buckets without a trade are left out.
    /// </summary>
    /// <param name="filter">Which trades; the total starts at 0 before the first of them. Null for all.</param>
    /// <param name="bucket">
    /// The width of a bucket in whole minutes, one minute to 366 days; null for a day. Buckets are aligned to Monday, 2001-01-01 in UTC.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">An argument exceeds a limit, or the curve would have more than 10,000 points.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var curve = await db.Trades.GetEquityAsync(new PerformanceFilter { ChatId = 1001 }, TimeSpan.FromDays(1));</code></example>
    public async Task<IReadOnlyList<EquityPoint>> GetEquityAsync(
        PerformanceFilter? filter = null, TimeSpan? bucket = null, CancellationToken cancellationToken = default)
    {
        var query = PerformanceReads.ToQuery(filter ?? new PerformanceFilter()) with { Bucket = PerformanceReads.Bucket(bucket) };
        var buckets = await _store.GetTradeSegmentsAsync(query, PerformanceReads.MaxPoints + 1, cancellationToken).ConfigureAwait(false);
        return PerformanceReads.ToCurve(buckets);
    }

    private static WriteReceipt ToReceipt(OpenTrade write, WriteOutcome outcome) => outcome.ToReceipt(write.Key, invalidState: SubscriptionEnded);

    private Trade ToTrade(OpenTrade write, WriteReceipt receipt) => _sealing.FromRow(write.Trade, receipt.Version, receipt.At);

    private async Task<Trade> GetStoredAsync(OpenTrade write, WriteReceipt receipt, CancellationToken cancellationToken) =>
        await FindAsync(write.Trade, cancellationToken).ConfigureAwait(false) is { } stored ? _sealing.FromRow(stored) : ToTrade(write, receipt);

    /// <summary>Masks stand for secrets of the stored trade: a trade with masks can only be one that was read before.</summary>
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

    private async Task<StoredTrade> CloseAsync(CloseTrade write, CancellationToken cancellationToken)
    {
        var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        if (outcome.Status != WriteStatus.InvalidState) outcome.ToReceipt(write.Key);
        var rows = await FindAfterAsync(outcome, write.Id, write.ChatId, write.EntryTimestamp, cancellationToken).ConfigureAwait(false);
        if (outcome.Status == WriteStatus.InvalidState)
            throw rows.Count > 1 ? Ambiguous(rows) : outcome.ToException(write.Key.ToString(), invalidState: "is not open");
        var closed = rows.FirstOrDefault(row => row.Status == write.Status && row.Version == outcome.Version && row.UpdatedAt == outcome.At)
            ?? rows.FirstOrDefault(row => row.Status == write.Status);
        return closed is null
            ? throw new NexusNotFoundException(write.Key.ToString())
            : new StoredTrade(_sealing.FromRow(closed), new WriteReceipt(closed.Version, closed.UpdatedAt,
                outcome.Status == WriteStatus.AlreadyApplied, outcome.IsSpooled));
    }

    /// <summary>
    /// Reads the trades that a write concerned. Once it took effect, neither an error nor a cancellation may say that nothing was written.
    /// </summary>
    private async Task<IReadOnlyList<TradeRow>> FindAfterAsync(
        WriteOutcome outcome, Guid id, string? chatId, DateTimeOffset? entryTimestamp, CancellationToken cancellationToken)
    {
        if (!outcome.IsApplied) return await _store.FindTradesAsync(id, chatId, entryTimestamp, cancellationToken).ConfigureAwait(false);
        try
        {
            return await _store.FindTradesAsync(id, chatId, entryTimestamp, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreUnavailableException error)
        {
            throw new UnknownOutcomeException($"trade {id} was written, but the store became unavailable before it was read: read it again", error);
        }
    }

    private static NexusAmbiguousException Ambiguous(IReadOnlyList<TradeRow> rows)
    {
        string[] chats = [.. rows.Select(row => row.ChatId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new NexusAmbiguousException($"trade {rows[0].Id}", chats, chats.Length == 1 ? "name its entryTimestamp as well"
            : "name its chatId as well");
    }

    private const string SubscriptionEnded = "cannot be opened: the chat's subscription has ended";
}
