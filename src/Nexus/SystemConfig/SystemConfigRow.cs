using System.Diagnostics.CodeAnalysis;
using Nexus.Caching;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.SystemConfig;

/// <summary>An entry as a store holds it.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record SystemConfigRow(string Key, ReadOnlyMemory<byte> Value, string? UpdatedBy, long Version, DateTimeOffset UpdatedAt) : IHasSize,
    IStateRow
{
    internal static RecordTable Table { get; } = new()
    {
        Name = "system_config",
        KeyColumn = "key",
        LockOrder = 3,
        Number = 3,
        Describe = id => $"system config {id}",
        RestoringKind = SetSystemConfig.KindName,
        KeepsHistory = true,
        DecidesAccess = true,
    };

    int IHasSize.Size => IHasSize.Overhead + Value.Length + (2 * (Key.Length + (UpdatedBy?.Length ?? 0)));

    WriteKey IStateRow.RecordKey => new(Table, Key);

    DateTimeOffset? IStateRow.WrittenAt => UpdatedAt;

    DateTimeOffset IStateRow.AsOf => UpdatedAt;

    Write IStateRow.ToWrite() => new SetSystemConfig(Key, Value, UpdatedBy, ExpectedVersion: null);

    IReadOnlyList<RecordField> IStateRow.Fields =>
    [
        ReservedSettings.IsReserved(Key)
            ? new RecordField("", RecordFieldKind.SealedRecord, ReservedSettings.SealedTextOf(Value.Span), Value, ReservedSettings.Place(Key),
                ReservedSettings.ShownMembers)
            : RecordField.Document("value", NexusSystemConfig.Place(Key), Value),
    ];

    /// <summary>The record and its version, never its content.</summary>
    public override string ToString() => $"system config {ClientText.Short(Key)}, version {Version}";

    Write? IStateRow.ReplaceSecrets(SecretVisitor visitor)
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
