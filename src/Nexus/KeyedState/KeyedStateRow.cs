using System.Diagnostics.CodeAnalysis;
using Nexus.Caching;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.KeyedState;

/// <summary>A value as a store holds it.</summary>
/// <param name="Id">As <see cref="StateKey.Id"/>.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record KeyedStateRow(string Id, ReadOnlyMemory<byte> Value, DateTimeOffset? ExpiresAt, long Version, DateTimeOffset UpdatedAt)
    : IHasSize, IStateRow
{
    internal static RecordTable Table { get; } = new()
    {
        Name = "keyed_state",
        KeyColumn = "id",
        LockOrder = 5,
        Number = 5,
        Describe = id => $"state {ClientText.Short(id)}",
        RestoringKind = SaveKeyedState.KindName,
        IsOfChat = static (id, _, chat) => StateKey.Parse(id).IsOfChat(chat),
        PlaceOf = StateKey.PlaceOf,
    };

    int IHasSize.Size => IHasSize.Overhead + Value.Length + (2 * Id.Length);

    WriteKey IStateRow.RecordKey => new(Table, Id);

    DateTimeOffset? IStateRow.WrittenAt => UpdatedAt;

    DateTimeOffset IStateRow.AsOf => UpdatedAt;

    Write IStateRow.ToWrite() => new SaveKeyedState(Id, Value, ExpiresAt is { } at ? StateExpiry.At(at) : StateExpiry.Never, ExpectedVersion: null);

    /// <summary>The record and its version, never its content.</summary>
    public override string ToString() => $"state {ClientText.Short(Id)}, version {Version}";

    Write? IStateRow.ReplaceSecrets(SecretVisitor visitor)
    {
        visitor.Name(Table, "id", Id);
        return visitor.Document(StateKey.Place(Id), Value) is { } value ? new ResealKeyedState(Id, value, Version) : null;
    }
}
