using Nexus.Trades;

namespace Nexus.LoadTest;

/// <summary>The bot's work as one way does it. Each user has its own session and its own switch; all share the record of switches.</summary>
internal interface IBenchClient : IAsyncDisposable
{
    Task CheckAccessAsync(int user);

    Task ReadSessionAsync(int user);

    /// <summary>A whole save; its revision is what the ledger looks for at the end.</summary>
    Task SaveSessionAsync(int user, int revision);

    /// <summary>Sets <c>patched</c> in the config to the revision.</summary>
    Task PatchConfigAsync(int user, int revision);

    Task OpenTradeAsync(Trade trade);

    /// <summary>Sets the user's own strategy in the shared switches.</summary>
    Task ToggleAsync(int user, bool enabled);
}
