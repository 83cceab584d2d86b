using Nexus.Caching;
using Nexus.Engine;

namespace Nexus.Trades;

/// <summary>A trade as a store holds it. Decimals fit numeric(20,8), <see cref="PnlPct"/> numeric(10,4); instants have whole microseconds.</summary>
internal sealed record TradeRow : IHasSize, IStateRow
{
    public static RecordTable Table { get; } = new()
    {
        Name = "trades",
        KeyColumn = "id",
        LockOrder = 4,
        Number = 4,
        Describe = id => $"trade {id}",
        RestoringKind = null,
        HasNamesakes = true,
    };

    private const int Fields = 200;

    public required Guid Id { get; init; }
    public required string ChatId { get; init; }
    public required string Symbol { get; init; }
    public required TradeSide Side { get; init; }
    public string? Strategy { get; init; }
    public string? Exchange { get; init; }
    public required decimal EntryPrice { get; init; }
    public decimal? ExitPrice { get; init; }
    public required decimal Quantity { get; init; }
    public int Leverage { get; init; } = 1;
    public required DateTimeOffset EntryTimestamp { get; init; }
    public DateTimeOffset? ExitTimestamp { get; init; }
    public decimal? Pnl { get; init; }
    public decimal? PnlPct { get; init; }
    public decimal Fees { get; init; }
    public decimal Slippage { get; init; }
    public TradeStatus Status { get; init; } = TradeStatus.Open;
    public string? ExitReason { get; init; }

    /// <summary>A JSON object with secrets sealed.</summary>
    public ReadOnlyMemory<byte> Metadata { get; init; } = "{}"u8.ToArray();

    /// <summary>1 when opened, more after each change. Assigned by the store.</summary>
    public long Version { get; init; } = 1;

    /// <summary>Assigned by the store.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    public int Size => IHasSize.Overhead + Fields + Metadata.Length + (2 * (ExitReason?.Length ?? 0));

    public WriteKey RecordKey => new(Table, Id.ToString());

    public DateTimeOffset? WrittenAt => UpdatedAt;

    public DateTimeOffset AsOf => UpdatedAt;

    public Write ToWrite() => new OpenTrade(this, WasAccepted: true);

    public Write? ReplaceSecrets(SecretVisitor visitor)
    {
        var (metadata, reason) = Visit(visitor);
        return metadata is null && reason is null ? null : new ResealTrade(Id, ChatId, EntryTimestamp, metadata ?? Metadata, Version, reason);
    }

    internal (byte[]? Metadata, string? ExitReason) Visit(SecretVisitor visitor)
    {
        visitor.Name(Table, "strategy", Strategy);
        visitor.Name(Table, "symbol", Symbol);
        visitor.Name(Table, "exchange", Exchange);
        return (visitor.Document(TradeSealing.Place(ChatId, Id), Metadata), visitor.Text(Table, "exit_reason", ExitReason));
    }
}

/// <summary>Which trades to stream, all conditions together, newest entry first.</summary>
/// <param name="From">Entry time, inclusive.</param>
/// <param name="To">Entry time, exclusive.</param>
/// <param name="After">Only trades that come after this place in the order: a page follows the last trade of the one before.</param>
internal sealed record TradeQuery(
    string? ChatId = null,
    TradeStatus? Status = null,
    string? Symbol = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    TradeCursor? After = null,
    int? Limit = null)
{
    /// <summary>Trades with one id that a search returns.</summary>
    public const int MaxNamesakes = 100;
}

/// <summary>A place in the order of trades: the whole key, since several chats may use the same id at the same time.</summary>
internal readonly record struct TradeCursor(DateTimeOffset EntryTimestamp, Guid Id, string ChatId);
