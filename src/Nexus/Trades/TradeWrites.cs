using Nexus.Chats;
using Nexus.Engine;

namespace Nexus.Trades;

/// <summary>
/// Stores a trade, open or already closed. A trade with the same chat, entry time and id is there already:
/// <see cref="WriteStatus.AlreadyApplied"/>, and it stays as it is. A new trade with status Open is refused as
/// <see cref="WriteStatus.InvalidState"/> when the chat has a user with role <c>user</c> whose expires_at lies neither after the store's
/// clock nor after the trade's entry time: an expired subscriber opens nothing new. A chat without a user row may open.
/// </summary>
/// <param name="WasAccepted">It was accepted before, while the subscription ran: whether it runs now is not asked again.</param>
internal sealed record OpenTrade(TradeRow Trade, bool WasAccepted = false) : Write
{
    public override WriteKey Key { get; } = new(StateTable.Trades, Trade.Id.ToString());
}

/// <summary>
/// Closes or cancels the one open trade that is meant. <see cref="WriteStatus.NotFound"/> where no trade is meant;
/// <see cref="WriteStatus.InvalidState"/> where none of those meant is open, or more than one is, unless one was closed by this very write:
/// <see cref="WriteStatus.AlreadyApplied"/>.
/// </summary>
/// <param name="ChatId">Null: of any chat.</param>
/// <param name="EntryTimestamp">Null: of any time.</param>
/// <param name="ExitTimestamp">Null: the store's clock.</param>
/// <param name="Pnl">
/// Null: (exit − entry) × quantity, negated for a short, minus fees, rounded half away from zero to 8 places; null stays null without an exit price.
/// </param>
/// <param name="PnlPct">
/// Null: pnl ÷ (entry × quantity ÷ leverage) × 100, rounded half away from zero to 4 places; null when that is not defined or does not fit.
/// </param>
/// <param name="Fees">Added to what the trade holds; null adds nothing.</param>
/// <param name="Slippage">Added to what the trade holds; null adds nothing.</param>
/// <param name="Status"><see cref="TradeStatus.Closed"/> or <see cref="TradeStatus.Cancelled"/>.</param>
internal sealed record CloseTrade(
    Guid Id,
    string? ChatId,
    decimal? ExitPrice,
    DateTimeOffset? ExitTimestamp,
    decimal? Pnl,
    decimal? PnlPct,
    decimal? Fees,
    decimal? Slippage,
    string? ExitReason,
    TradeStatus Status,
    DateTimeOffset? EntryTimestamp = null) : Write
{
    public override WriteKey Key => new(StateTable.Trades, Id.ToString());
}

/// <summary>The same trade with its metadata under another encryption key: as <see cref="Nexus.Sessions.ResealSession"/>.</summary>
/// <param name="ExitReason">With the secrets in it masked; null leaves what is stored.</param>
internal sealed record ResealTrade(
    Guid Id, string ChatId, DateTimeOffset EntryTimestamp, ReadOnlyMemory<byte> Metadata, long SeenVersion, string? ExitReason = null) : Write
{
    public override WriteKey Key => new(StateTable.Trades, Id.ToString());
}
