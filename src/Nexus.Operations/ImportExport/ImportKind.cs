using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.ImportExport;

/// <summary>The kinds of record that are counted.</summary>
public enum ImportKind
{
    /// <summary>Sessions.</summary>
    Sessions,

    /// <summary>Users.</summary>
    Users,

    /// <summary>The bot's switches.</summary>
    BotState,

    /// <summary>Settings.</summary>
    SystemConfig,

    /// <summary>Trades.</summary>
    Trades,

    /// <summary>API keys of callers.</summary>
    ApiKeys,

    /// <summary>Values of the keyed state.</summary>
    State,

    /// <summary>Scheduled tasks.</summary>
    Tasks,

    /// <summary>How strategies are tuned.</summary>
    Calibrations,

    /// <summary>Entries that are not records of a known kind.</summary>
    Unknown,
}
