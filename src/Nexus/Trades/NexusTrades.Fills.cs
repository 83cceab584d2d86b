using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Trades;

public sealed partial class NexusTrades
{
    /// <summary>How often a refusal is asked for again whose reason is gone, because the trade changed meanwhile.</summary>
    private const int Attempts = 5;

    /// <summary>
    /// Adds an executed order to an open trade: an entry or an exit, whole or in part. Entry price, exit price, fees and PnL follow from all fills of
    /// the trade, and it closes when its exits reach its quantity. A fill that the trade has already, with the same order id and content, adds
    /// nothing.
    /// </summary>
    /// <param name="id">The trade. If several chats have a trade with the id, the only one that is open.</param>
    /// <param name="fill">The executed order.</param>
    /// <param name="chatId">The chat; null if it is not known.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <returns>The trade and the fill as they are stored now.</returns>
    /// <exception cref="NexusNotFoundException">There is no such trade.</exception>
    /// <exception cref="NexusStateException">The trade is not open, or has another fill with the order id.</exception>
    /// <exception cref="NexusAmbiguousException">Several trades have the id, and not exactly one of them is open.</exception>
    /// <exception cref="NexusValidationException">
    /// A field exceeds a limit, the entries exceed the trade's quantity, or the exits exceed what was entered.
    /// </exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <exception cref="UnknownOutcomeException">The store became unavailable during the write or before the trade was read.</exception>
    /// <example><code>
    /// var (trade, _, _) = await db.Trades.AddFillAsync(id, new TradeFill { OrderId = "8389765", Side = FillSide.Exit, Price = 66_000m,
    ///     Quantity = 0.005m, Fee = 0.33m, FeeCurrency = "USDT" });
    /// Console.WriteLine($"{trade.RemainingQuantity} left, {trade.Pnl} realised");
    /// </code></example>
    public Task<StoredFills> AddFillAsync(Guid id, TradeFill fill, ChatId? chatId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fill);
        return AddFillsAsync(id, [fill], chatId, cancellationToken);
    }

    /// <summary>Adds executed orders to an open trade, in their order: all of them or none. As <see cref="AddFillAsync"/>.</summary>
    /// <param name="id">The trade. If several chats have a trade with the id, the only one that is open.</param>
    /// <param name="fills">1 to 100 executed orders. A trade has at most 1,000.</param>
    /// <param name="chatId">The chat; null if it is not known.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <returns>The trade and the fills as they are stored now.</returns>
    /// <exception cref="NexusNotFoundException">There is no such trade.</exception>
    /// <exception cref="NexusStateException">The trade is not open, or has another fill with an order id.</exception>
    /// <exception cref="NexusAmbiguousException">Several trades have the id, and not exactly one of them is open.</exception>
    /// <exception cref="NexusValidationException">
    /// A field exceeds a limit, the entries exceed the trade's quantity, or the exits exceed what was entered.
    /// </exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <exception cref="UnknownOutcomeException">The store became unavailable during the write or before the trade was read.</exception>
    /// <example><code>
    /// await db.Trades.AddFillsAsync(id, [
    ///     new TradeFill { OrderId = "1", Side = FillSide.Entry, Price = 64_990m, Quantity = 0.010m },
    ///     new TradeFill { OrderId = "2", Side = FillSide.Entry, Price = 65_010m, Quantity = 0.005m }]);
    /// </code></example>
    public Task<StoredFills> AddFillsAsync(
        Guid id, IReadOnlyCollection<TradeFill> fills, ChatId? chatId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fills);
        return AddAsync(new AddFills(id, chatId?.Value, FillRules.OfCall(fills)), cancellationToken);
    }

    /// <summary>Adds executed orders to the open trade with this key. As <see cref="AddFillAsync"/>.</summary>
    /// <param name="key">The trade.</param>
    /// <param name="fills">1 to 100 executed orders. A trade has at most 1,000.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <returns>The trade and the fills as they are stored now.</returns>
    /// <exception cref="NexusNotFoundException">There is no such trade.</exception>
    /// <exception cref="NexusStateException">The trade is not open, or has another fill with an order id.</exception>
    /// <exception cref="NexusValidationException">
    /// A field exceeds a limit, the entries exceed the trade's quantity, or the exits exceed what was entered.
    /// </exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <exception cref="UnknownOutcomeException">The store became unavailable during the write or before the trade was read.</exception>
    /// <example><code>
    /// var key = new TradeKey(trade.ChatId, trade.EntryTimestamp, trade.Id);
    /// await db.Trades.AddFillsAsync(key, [new TradeFill { OrderId = "3", Side = FillSide.Exit, Price = 66_000m, Quantity = 0.015m }]);
    /// </code></example>
    public Task<StoredFills> AddFillsAsync(TradeKey key, IReadOnlyCollection<TradeFill> fills, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fills);
        var entered = Validation.Instant("entryTimestamp", key.EntryTimestamp);
        return AddAsync(new AddFills(key.Id, key.ChatId.Value, FillRules.OfCall(fills), entered), cancellationToken);
    }

    /// <summary>The fills of a trade in the order in which they were added.</summary>
    /// <param name="id">The trade.</param>
    /// <param name="chatId">The chat; null if it is not known.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusNotFoundException">There is no such trade.</exception>
    /// <exception cref="NexusAmbiguousException">Several trades have the id.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var exits = (await db.Trades.ListFillsAsync(id, chatId: 1001)).Where(fill => fill.Side == FillSide.Exit);</code></example>
    public async Task<IReadOnlyList<TradeFill>> ListFillsAsync(Guid id, ChatId? chatId = null, CancellationToken cancellationToken = default) =>
        await GetAsync(id, chatId, cancellationToken).ConfigureAwait(false) is { } trade
            ? trade.Fills
            : throw new NexusNotFoundException($"trade {id}");

    private async Task<StoredFills> AddAsync(AddFills write, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await _queue.WriteAsync(write, cancellationToken).ConfigureAwait(false);
            if (outcome.Status != WriteStatus.InvalidState) outcome.ToReceipt(write.Key);
            var rows = await FindAfterAsync(outcome, write.Id, write.ChatId, write.EntryTimestamp, cancellationToken).ConfigureAwait(false);
            if (OneMeant(rows, outcome) is not { } row) throw rows.Count > 1 ? Ambiguous(rows) : new NexusNotFoundException(write.Key.ToString());
            if (outcome.Status != WriteStatus.InvalidState) return ToStored(row, write, outcome);
            // The store says only that it refused; the trade tells why.
            var (filled, refusal) = TradeFilling.Add(row, write.Fills, row.UpdatedAt);
            if (refusal is not null) throw refusal;
            if (ReferenceEquals(filled, row)) return ToStored(row, write, outcome with { Status = WriteStatus.AlreadyApplied });
            if (attempt == Attempts) throw new NexusStateException(write.Key.ToString(), "changes too often: try again");
        }
    }

    /// <summary>The trade that the store has chosen.</summary>
    private static TradeRow? OneMeant(IReadOnlyList<TradeRow> rows, WriteOutcome outcome)
    {
        if (rows is [var only]) return only;
        if (outcome.IsApplied && rows.FirstOrDefault(row => row.Version == outcome.Version && row.UpdatedAt == outcome.At) is { } changed)
            return changed;
        return rows.Where(row => row.Status == TradeStatus.Open).ToList() is [var open] ? open : null;
    }

    private StoredFills ToStored(TradeRow row, AddFills write, WriteOutcome outcome)
    {
        // The statement that found them all there answers with its own time.
        var existed = outcome.Status == WriteStatus.AlreadyApplied || (row.Version == outcome.Version && row.UpdatedAt != outcome.At);
        var fills = write.Fills.Select(given => TradeFilling.Find(row.Fills, given, row.Exchange) ?? given);
        return new StoredFills(
            _sealing.FromRow(row), [.. fills], new WriteReceipt(row.Version, row.UpdatedAt, existed, outcome.IsSpooled));
    }
}
