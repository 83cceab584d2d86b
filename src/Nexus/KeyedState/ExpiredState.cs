namespace Nexus.KeyedState;

/// <summary>An expired value that a store still holds.</summary>
internal sealed record ExpiredState(string Id, long Version);
