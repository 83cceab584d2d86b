using Nexus.Idempotency;
using Nexus.KeyedState;

namespace Nexus.Sharding;

/// <summary>Ranges of keyed state that the home shard holds alone.</summary>
internal static class HomeRange
{
    /// <summary>
    /// Whether a range is within one of Nexus's own namespaces. Not that of the requests, whose parts are with the chats that they wrote.
    /// </summary>
    public static bool Covers(StateRange range)
    {
        var end = range.From.IndexOf('/', StringComparison.Ordinal);
        if (end < 0 || !StateKey.IsOwn(range.From) || range.From[..end] == NexusIdempotency.Namespace) return false;
        // The character after the slash that ends a namespace.
        return range.Before is { } before && StateRange.Compare(before, $"{range.From[..end]}0") <= 0;
    }
}
