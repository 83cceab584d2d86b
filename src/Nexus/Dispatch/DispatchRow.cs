using Nexus.Caching;
using Nexus.Engine;

namespace Nexus.Dispatch;

/// <summary>What decides which signals a chat may get: parts of its session and of its user.</summary>
/// <param name="ChatId">The chat.</param>
/// <param name="Mode">The config's mode.</param>
/// <param name="Strategies">The config's <c>strategies</c> as JSON; empty where there are none. The same of the next two.</param>
/// <param name="Groups">The config's <c>groups</c>.</param>
/// <param name="DisabledAssets">The config's <c>disabled_assets</c>.</param>
/// <param name="Role">The user's role as it is stored; null where the chat has no user.</param>
/// <param name="Remaining">How much of the subscription was left at the read; null where it does not end.</param>
internal sealed record DispatchRow(
    string ChatId,
    string? Mode,
    ReadOnlyMemory<byte> Strategies,
    ReadOnlyMemory<byte> Groups,
    ReadOnlyMemory<byte> DisabledAssets,
    string? Role,
    TimeSpan? Remaining) : IHasSize
{
    /// <summary>The local replica that gave the row; null for a row of the store.</summary>
    public ReplicaSource? Replica { get; init; }

    public int Size => IHasSize.Overhead + Strategies.Length + Groups.Length + DisabledAssets.Length + (2 * ChatId.Length);
}

/// <summary>Which rows to read, in key order.</summary>
/// <param name="After">Only chats after this one; null from the first.</param>
/// <param name="Limit">The most rows; null for all.</param>
/// <param name="ChatIds">Only these chats, without those that have no session; null for all.</param>
internal sealed record DispatchRange(string? After = null, int? Limit = null, IReadOnlyCollection<string>? ChatIds = null);
