using System.Diagnostics.CodeAnalysis;
using Nexus.Caching;
using Nexus.Engine;
using Nexus.Infrastructure;
using Nexus.Json;

namespace Nexus.Trades;

/// <summary>A trade as a store holds it. Amounts have at most 18 places and 28 digits, <see cref="PnlPct"/> fits numeric(10,4);
/// instants have whole microseconds.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record TradeRow : IHasSize, IStateRow
{
    internal static RecordTable Table { get; } = new()
    {
        Name = "trades",
        KeyColumn = "id",
        LockOrder = 4,
        Number = 4,
        Describe = id => $"trade {id}",
        RestoringKind = null,
        HasNamesakes = true,
        IsOfChat = static (_, body, chat) => body.ReadText("chat_id"u8) == chat,
        PlaceOf = static _ => RecordPlace.Unknown,
        PlaceOfWrite = static write => ((ITradeWrite)write).Meant.Place,
    };

    private const int Fields = 200;
    private const int FieldsOfFill = 200;

    /// <summary>Chosen by the caller, unique together with chat and entry time.</summary>
    public required Guid Id { get; init; }
    /// <summary>The chat.</summary>
    public required string ChatId { get; init; }
    /// <summary>The traded pair.</summary>
    public required string Symbol { get; init; }
    /// <summary>Long or short.</summary>
    public required TradeSide Side { get; init; }
    /// <summary>The strategy; null if none was named.</summary>
    public string? Strategy { get; init; }
    /// <summary>The exchange; null if none was named.</summary>
    public string? Exchange { get; init; }
    /// <summary>The price at entry.</summary>
    public required decimal EntryPrice { get; init; }
    /// <summary>The price at exit; null while the trade is open.</summary>
    public decimal? ExitPrice { get; init; }
    /// <summary>The amount of the base asset.</summary>
    public required decimal Quantity { get; init; }
    /// <summary>1 to 1,000.</summary>
    public decimal Leverage { get; init; } = 1;
    /// <summary>When the position was entered.</summary>
    public required DateTimeOffset EntryTimestamp { get; init; }
    /// <summary>When the position was closed.</summary>
    public DateTimeOffset? ExitTimestamp { get; init; }
    /// <summary>Profit or loss, net of fees.</summary>
    public decimal? Pnl { get; init; }
    /// <summary>Profit or loss in percent of the margin.</summary>
    public decimal? PnlPct { get; init; }
    /// <summary>Fees so far; a rebate is negative.</summary>
    public decimal Fees { get; init; }
    /// <summary>Loss to slippage so far.</summary>
    public decimal Slippage { get; init; }
    /// <summary>Open, closed or cancelled.</summary>
    public TradeStatus Status { get; init; } = TradeStatus.Open;
    /// <summary>Why it was closed, with secrets masked.</summary>
    public string? ExitReason { get; init; }

    /// <summary>A JSON object with secrets sealed.</summary>
    public ReadOnlyMemory<byte> Metadata { get; init; } = "{}"u8.ToArray();

    /// <summary>The executed orders in the order in which they were added; each has a time.</summary>
    public IReadOnlyList<TradeFill> Fills { get; init; } = [];

    /// <summary>1 when opened, more after each change. Assigned by the store.</summary>
    public long Version { get; init; } = 1;

    /// <summary>Assigned by the store.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    internal TradeReference Reference => new(Id, ChatId, EntryTimestamp);

    int IHasSize.Size => IHasSize.Overhead + Fields + Metadata.Length + (2 * (ExitReason?.Length ?? 0)) + (FieldsOfFill * Fills.Count);

    WriteKey IStateRow.RecordKey => new(Table, Id.ToString());

    DateTimeOffset? IStateRow.WrittenAt => UpdatedAt;

    DateTimeOffset IStateRow.AsOf => UpdatedAt;

    Write IStateRow.ToWrite() => new OpenTrade(this, WasAccepted: true);

    /// <summary>The record and its version, never its content.</summary>
    public override string ToString() => $"trade {Id}, version {Version}";

    Write? IStateRow.ReplaceSecrets(SecretVisitor visitor)
    {
        var (metadata, reason) = Visit(visitor);
        return metadata is null && reason is null ? null : new ResealTrade(Id, ChatId, EntryTimestamp, metadata ?? Metadata, Version, reason);
    }

    internal static void Visit(SecretVisitor visitor, IReadOnlyList<TradeFill> fills)
    {
        foreach (var fill in fills)
        {
            visitor.Name(Table, "fills.exchange", fill.Exchange);
            visitor.Name(Table, "fills.fee_currency", fill.FeeCurrency);
        }
    }

    internal (byte[]? Metadata, string? ExitReason) Visit(SecretVisitor visitor)
    {
        visitor.Name(Table, "strategy", Strategy);
        visitor.Name(Table, "symbol", Symbol);
        visitor.Name(Table, "exchange", Exchange);
        Visit(visitor, Fills);
        return (visitor.Document(TradeSealing.Place(ChatId, Id), Metadata), visitor.Text(Table, "exit_reason", ExitReason));
    }
}
