namespace Nexus.Server.Dashboard;

/// <summary>The filter of a list of trades as it was typed.</summary>
/// <param name="Chat">One chat.</param>
/// <param name="Status">OPEN, CLOSED or CANCELLED.</param>
/// <param name="Symbol">One symbol, exactly.</param>
/// <param name="From">Entered on this day or later.</param>
/// <param name="To">Entered on this day or earlier.</param>
public sealed record TradeFilterText(string? Chat, string? Status, string? Symbol, string? From, string? To)
{
    /// <summary>Whether everything is shown.</summary>
    public bool IsEmpty => Chat is null && Status is null && Symbol is null && From is null && To is null;
}
