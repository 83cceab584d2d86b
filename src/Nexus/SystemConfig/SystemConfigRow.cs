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

    public Write? ReplaceSecrets(SecretVisitor visitor)
    {
        if (!ReservedSettings.IsReserved(Key))
        {
            visitor.Name(Table, "key", Key);
            visitor.Name(Table, "updated_by", UpdatedBy);
        }
        return Visit(visitor, Key, Value) is { } value ? new ResealSystemConfig(Key, value, Version) : null;
    }

    internal static byte[]? Visit(SecretVisitor visitor, string key, ReadOnlyMemory<byte> value) => ReservedSettings.IsReserved(key)
        ? visitor.Reserved(ReservedSettings.Place(key), value)
        : visitor.Document(NexusSystemConfig.Place(key), value);
}
