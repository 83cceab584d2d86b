using System.Text.Json;
using Nexus.Engine;
using Nexus.Json;

namespace Nexus.Trades;

/// <summary>
/// Stores a trade, open or already closed. A trade with the same chat, entry time and id is there already: <see cref="WriteStatus.AlreadyApplied"/>,
/// and it stays as it is. A new trade with status Open is refused as <see cref="WriteStatus.InvalidState"/> when the chat has a user with role
/// <c>user</c> whose expires_at does not lie after the store's clock: an expired subscriber opens nothing new, with an earlier entry time neither. A
/// chat without a user row may open.
/// </summary>
/// <param name="WasAccepted">It was accepted before, while the subscription ran: whether it runs now is not asked again.</param>
internal sealed record OpenTrade(TradeRow Trade, bool WasAccepted = false) : Write, ITradeWrite
{
    public const string KindName = "open_trade";

    internal override RecordTable Table => TradeRow.Table;

    internal override string RecordId { get; } = Trade.Id.ToString();

    internal override string Kind => KindName;

    public TradeReference Meant => new(Trade.Id, Trade.ChatId, Trade.EntryTimestamp);

    internal override bool CreatesRecord => true;

    internal override bool IsRemoval => false;

    internal override bool ReplacesRecord => true;

    internal override bool KeepsVersion => false;

    internal override ReplayRule Replay => ReplayRule.Once;

    internal override string? SpoolRefusal => null;

    private protected override int PayloadBytes => Trade.Metadata.Length;

    internal override Write WithoutCondition() => WasAccepted ? this : this with { WasAccepted = true };

    internal override Write ExpectingAbsence() => this;

    internal override Write Settle(DateTimeOffset now) => this;

    internal override void WriteBody(Utf8JsonWriter json) => TradeJson.WriteWhole(json, Trade);

    public static OpenTrade Read(string id, JsonElement body) => new(TradeJson.ReadWhole(Guid.Parse(id), body), WasAccepted: true);

    public override Write? ReplaceSecrets(SecretVisitor visitor)
    {
        var (metadata, reason) = Trade.Visit(visitor);
        return metadata is null && reason is null
            ? null
            : this with { Trade = Trade with { Metadata = metadata ?? Trade.Metadata, ExitReason = reason ?? Trade.ExitReason } };
    }
}

/// <summary>
/// Closes or cancels the one open trade that is meant. <see cref="WriteStatus.NotFound"/> where no trade is meant; <see
/// cref="WriteStatus.InvalidState"/> where none of those meant is open, or more than one is, unless one was closed by this very write: <see
/// cref="WriteStatus.AlreadyApplied"/>.
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
    DateTimeOffset? EntryTimestamp = null) : Write, ITradeWrite
{
    public const string KindName = "close_trade";

    internal override RecordTable Table => TradeRow.Table;

    internal override string RecordId => Id.ToString();

    internal override string Kind => KindName;

    public TradeReference Meant => new(Id, ChatId, EntryTimestamp);

    internal override Write Naming(string? chatId, DateTimeOffset entryTimestamp) =>
        this with { ChatId = chatId, EntryTimestamp = entryTimestamp };

    internal override bool CreatesRecord => false;

    internal override bool IsRemoval => false;

    internal override bool ReplacesRecord => false;

    internal override bool KeepsVersion => false;

    internal override ReplayRule Replay => ReplayRule.Once;

    internal override string NotFoundInReplay => "the trade is not in PostgreSQL";

    internal override string InvalidStateInReplay => "the trade is not open in PostgreSQL: another writer closed or cancelled it";

    internal override string? SpoolRefusal => null;

    private protected override int PayloadBytes => 0;

    internal override Write WithoutCondition() => this;

    internal override Write ExpectingAbsence() => this;

    internal override Write Settle(DateTimeOffset now) => ExitTimestamp is null ? this with { ExitTimestamp = now } : this;

    internal override void WriteBody(Utf8JsonWriter json)
    {
        json.WriteText("chat_id"u8, ChatId);
        json.WriteTime("entry_timestamp"u8, EntryTimestamp);
        json.WriteDecimal("exit_price"u8, ExitPrice);
        json.WriteTime("exit_timestamp"u8, ExitTimestamp);
        json.WriteDecimal("pnl"u8, Pnl);
        json.WriteDecimal("pnl_pct"u8, PnlPct);
        json.WriteDecimal("fees"u8, Fees);
        json.WriteDecimal("slippage"u8, Slippage);
        json.WriteText("exit_reason"u8, ExitReason);
        json.WriteString("status"u8, Status.ToString());
    }

    public static CloseTrade Read(string id, JsonElement body) => new(
        Guid.Parse(id),
        body.ReadText("chat_id"u8),
        body.ReadDecimal("exit_price"u8),
        body.ReadTime("exit_timestamp"u8),
        body.ReadDecimal("pnl"u8),
        body.ReadDecimal("pnl_pct"u8),
        body.ReadDecimal("fees"u8),
        body.ReadDecimal("slippage"u8),
        body.ReadText("exit_reason"u8),
        TradeNames.ParseStatus(body.ReadRequiredText("status"u8).ToUpperInvariant()),
        body.ReadTime("entry_timestamp"u8));

    public override Write? ReplaceSecrets(SecretVisitor visitor) =>
        visitor.Text(Table, "exit_reason", ExitReason) is { } reason ? this with { ExitReason = reason } : null;
}

/// <summary>The same trade with its metadata under another encryption key.</summary>
/// <param name="ExitReason">With the secrets in it masked; null leaves what is stored.</param>
internal sealed record ResealTrade(
    Guid Id, string ChatId, DateTimeOffset EntryTimestamp, ReadOnlyMemory<byte> Metadata, long SeenVersion, string? ExitReason = null)
    : ResealWrite(SeenVersion), ITradeWrite
{
    internal override RecordTable Table => TradeRow.Table;

    internal override string RecordId => Id.ToString();

    internal override string Kind => "reseal_trade";

    public TradeReference Meant => new(Id, ChatId, EntryTimestamp);
}

/// <summary>
/// Moves a trade to a chat that does not exist, without metadata and exit reason, when its own chat is erased: the accounts stay complete.
/// <see cref="WriteStatus.NotFound"/> where there is no such trade.
/// </summary>
/// <param name="Pseudonym">The chat that it belongs to from now on.</param>
internal sealed record DisownTrade(Guid Id, string ChatId, DateTimeOffset EntryTimestamp, string Pseudonym) : Write, ITradeWrite
{
    internal override RecordTable Table => TradeRow.Table;

    internal override string RecordId => Id.ToString();

    internal override string Kind => "disown_trade";

    public TradeReference Meant => new(Id, ChatId, EntryTimestamp);

    internal override bool CreatesRecord => false;

    internal override bool IsRemoval => false;

    internal override bool ReplacesRecord => false;

    internal override bool KeepsVersion => false;

    internal override ReplayRule Replay => ReplayRule.Never;

    internal override string? SpoolRefusal => "a chat is erased only while PostgreSQL is available";

    private protected override int PayloadBytes => 0;

    internal override Write WithoutCondition() => this;

    internal override Write ExpectingAbsence() => this;

    internal override Write Settle(DateTimeOffset now) => this;

    internal override void WriteBody(Utf8JsonWriter json) => throw new InvalidOperationException($"{Kind} is never spooled");

    public override Write? ReplaceSecrets(SecretVisitor visitor) => null;
}
