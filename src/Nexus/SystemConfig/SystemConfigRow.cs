using Nexus.Caching;
using Nexus.Engine;

namespace Nexus.SystemConfig;

/// <summary>An entry as a store holds it.</summary>
internal sealed record SystemConfigRow(string Key, ReadOnlyMemory<byte> Value, string? UpdatedBy, long Version, DateTimeOffset UpdatedAt) : IHasSize,
    IStateRow
{
    public static RecordTable Table { get; } = new()
    {
        Name = "system_config",
        KeyColumn = "key",
        LockOrder = 3,
        Number = 3,
        Describe = id => $"system config {id}",
        RestoringKind = SetSystemConfig.KindName,
    };

    public int Size => IHasSize.Overhead + Value.Length + (2 * (Key.Length + (UpdatedBy?.Length ?? 0)));

    public WriteKey RecordKey => new(Table, Key);

    public DateTimeOffset? WrittenAt => UpdatedAt;

    public DateTimeOffset AsOf => UpdatedAt;

    public Write ToWrite() => new SetSystemConfig(Key, Value, UpdatedBy, ExpectedVersion: null);
}
