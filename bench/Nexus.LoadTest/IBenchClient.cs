using Nexus.Trades;

namespace Nexus.LoadTest;

/// <summary>The bot's operations, implemented by each variant. Each user has a session and a switch; all share the record of switches.</summary>
internal interface IBenchClient : IAsyncDisposable
{
    Task CheckAccessAsync(int user);

    Task ReadSessionAsync(int user);

    /// <summary>Saves a complete session. The ledger checks its revision at the end.</summary>
    Task SaveSessionAsync(int user, int revision);

    /// <summary>Sets <c>patched</c> in the config to the revision.</summary>
    Task PatchConfigAsync(int user, int revision);

    Task OpenTradeAsync(Trade trade);

    /// <summary>Sets the user's strategy in the shared switches.</summary>
    Task ToggleAsync(int user, bool enabled);
}
