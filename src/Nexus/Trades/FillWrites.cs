using System.Text.Json;
using Nexus.Engine;
using Nexus.Json;

namespace Nexus.Trades;

/// <summary>
/// Adds executed orders to the one open trade that is meant, or, where none is open, to the only one: all of them or none. Those that the trade has
/// already, with the same order id, exchange and content, add nothing. <see cref="WriteStatus.NotFound"/> where no trade is meant; <see
/// cref="WriteStatus.InvalidState"/> where several are, where the trade is not open, has another fill with an order id, or holds less than the exits.
/// </summary>
/// <param name="ChatId">Null: of any chat.</param>
/// <param name="Fills">One without a time gets the store's.</param>
/// <param name="EntryTimestamp">Null: of any time.</param>
internal sealed record AddFills(Guid Id, string? ChatId, IReadOnlyList<TradeFill> Fills, DateTimeOffset? EntryTimestamp = null) : Write, ITradeWrite
{
    public const string KindName = "add_fills";

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

    internal override string InvalidStateInReplay =>
        "the trade in PostgreSQL is not open, has another fill with the order id, or holds less than the exits";

    internal override string? SpoolRefusal => null;

    private protected override int PayloadBytes => 200 * Fills.Count;

    internal override Write WithoutCondition() => this;

    internal override Write ExpectingAbsence() => this;

    /// <summary>
    /// The time of fills without one, from when it is fixed. They keep none themselves, so that they still equal what the trade has already.
    /// </summary>
    internal DateTimeOffset? SettledAt { get; init; }

    internal override Write Settle(DateTimeOffset now) => this with { SettledAt = SettledAt ?? now };

    internal override void WriteBody(Utf8JsonWriter json)
    {
        json.WriteText("chat_id"u8, ChatId);
        json.WriteTime("entry_timestamp"u8, EntryTimestamp);
        FillJson.Write(json, [.. Fills.Select(fill => fill with { Timestamp = fill.Timestamp ?? SettledAt })]);
    }

    public static AddFills Read(string id, JsonElement body) =>
        new(Guid.Parse(id), body.ReadText("chat_id"u8), FillJson.Read(body), body.ReadTime("entry_timestamp"u8));

    public override Write? ReplaceSecrets(SecretVisitor visitor)
    {
        TradeRow.Visit(visitor, Fills);
        return null;
    }
}
