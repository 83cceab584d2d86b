using Nexus.Chats;
using Nexus.Operations.Erasure;

namespace Nexus.Server.Dashboard;

/// <summary>What would be erased of a chat, or the receipt of what was.</summary>
public sealed class ForgetModel
{
    /// <summary>The chat.</summary>
    public required ChatId Chat { get; init; }

    /// <summary>What is erased and what stays.</summary>
    public required ErasureReceipt Receipt { get; init; }

    /// <summary>Why nothing was erased; null if nothing failed.</summary>
    public string? Error { get; init; }
}
