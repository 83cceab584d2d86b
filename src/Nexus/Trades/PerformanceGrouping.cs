namespace Nexus.Trades;

/// <summary>What the trades of one group have in common.</summary>
public enum PerformanceGrouping
{
    /// <summary>The strategy.</summary>
    Strategy,

    /// <summary>The symbol.</summary>
    Symbol,

    /// <summary>The exchange.</summary>
    Exchange,

    /// <summary>The chat.</summary>
    Chat,

    /// <summary>The side: <c>LONG</c> or <c>SHORT</c>.</summary>
    Side,

    /// <summary>The month of the exit in UTC, such as <c>2026-01</c>.</summary>
    Month,

    /// <summary>The day of the exit in UTC, such as <c>2026-01-31</c>.</summary>
    Day,
}
