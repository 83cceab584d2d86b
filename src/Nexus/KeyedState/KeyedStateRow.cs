using Nexus.Caching;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.KeyedState;

/// <summary>A value as a store holds it.</summary>
/// <param name="Id">As <see cref="StateKey.Id"/>.</param>
internal sealed record KeyedStateRow(string Id, ReadOnlyMemory<byte> Value, DateTimeOffset? ExpiresAt, long Version, DateTimeOffset UpdatedAt)
    : IHasSize, IStateRow
{
    public static RecordTable Table { get; } = new()
    {
        Name = "keyed_state",
        KeyColumn = "id",
        LockOrder = 5,
        Number = 5,
        Describe = id => $"state {ClientText.Short(id)}",
        RestoringKind = SaveKeyedState.KindName,
    };

    public int Size => IHasSize.Overhead + Value.Length + (2 * Id.Length);

    public WriteKey RecordKey => new(Table, Id);

    public DateTimeOffset? WrittenAt => UpdatedAt;

    public DateTimeOffset AsOf => UpdatedAt;

    public Write ToWrite() => new SaveKeyedState(Id, Value, ExpiresAt is { } at ? StateExpiry.At(at) : StateExpiry.Never, ExpectedVersion: null);
}
