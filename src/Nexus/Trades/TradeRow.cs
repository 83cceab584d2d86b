using System.Diagnostics.CodeAnalysis;
using Nexus.Caching;
using Nexus.Engine;
using Nexus.Infrastructure;
using Nexus.Json;

namespace Nexus.Trades;

/// <summary>A trade as a store holds it. Decimals fit numeric(20,8), <see cref="PnlPct"/> numeric(10,4); instants have whole microseconds.</summary>
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
    };

    private const int Fields = 200;

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
    public int Leverage { get; init; } = 1;
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

    /// <summary>1 when opened, more after each change. Assigned by the store.</summary>
    public long Version { get; init; } = 1;

    /// <summary>Assigned by the store.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    int IHasSize.Size => IHasSize.Overhead + Fields + Metadata.Length + (2 * (ExitReason?.Length ?? 0));

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

    internal (byte[]? Metadata, string? ExitReason) Visit(SecretVisitor visitor)
    {
        visitor.Name(Table, "strategy", Strategy);
        visitor.Name(Table, "symbol", Symbol);
        visitor.Name(Table, "exchange", Exchange);
        return (visitor.Document(TradeSealing.Place(ChatId, Id), Metadata), visitor.Text(Table, "exit_reason", ExitReason));
    }
}
