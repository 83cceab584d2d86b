using Nexus.Json;

namespace Nexus.KeyedState;

/// <summary>One value of the keyed state.</summary>
/// <param name="Namespace">At most 100 characters.</param>
/// <param name="Key">Any text of at most 512 bytes in UTF-8.</param>
/// <param name="Value">Any JSON value of at most 256 KiB; secrets in it are sealed, and the whole value if namespace or key are named like a
/// secret.</param>
/// <param name="Version">Increases with each change.</param>
/// <param name="UpdatedAt">By the store's clock.</param>
/// <param name="ExpiresAt">When the value expires, by the store's clock; null for never.</param>
public sealed record StateEntry(string Namespace, string Key, StateJson Value, long Version, DateTimeOffset UpdatedAt, DateTimeOffset? ExpiresAt);
