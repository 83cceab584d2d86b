using Nexus.Caching;
using Nexus.Engine;

namespace Nexus.SystemConfig;

/// <summary>Sets one entry. <paramref name="Value"/> is any JSON value with secrets sealed.</summary>
internal sealed record SetSystemConfig(string ConfigKey, ReadOnlyMemory<byte> Value, string? UpdatedBy, long? ExpectedVersion) : Write
{
    public override WriteKey Key => new(StateTable.SystemConfig, ConfigKey);

    public override Write? TryCompose(Write next) =>
        ExpectedVersion is null && next is SetSystemConfig { ExpectedVersion: null } ? next : null;
}

internal sealed record RemoveSystemConfig(string ConfigKey, long? ExpectedVersion) : Write
{
    public override WriteKey Key => new(StateTable.SystemConfig, ConfigKey);
}

/// <summary>The same entry under another encryption key: as <see cref="Nexus.Sessions.ResealSession"/>.</summary>
internal sealed record ResealSystemConfig(string ConfigKey, ReadOnlyMemory<byte> Value, long SeenVersion) : Write
{
    public override WriteKey Key => new(StateTable.SystemConfig, ConfigKey);
}

/// <summary>An entry as a store holds it.</summary>
internal sealed record SystemConfigRow(string Key, ReadOnlyMemory<byte> Value, string? UpdatedBy, long Version, DateTimeOffset UpdatedAt) : IHasSize
{
    public int Size => IHasSize.Overhead + Value.Length + (2 * (Key.Length + (UpdatedBy?.Length ?? 0)));
}
