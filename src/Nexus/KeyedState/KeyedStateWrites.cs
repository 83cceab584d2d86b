using System.Text.Json;
using Nexus.Engine;
using Nexus.Json;

namespace Nexus.KeyedState;

/// <summary>Sets one value. An expired one counts as missing, but the new value follows its version.</summary>
/// <param name="Value">Any JSON value with secrets sealed.</param>
internal sealed record SaveKeyedState(string Id, ReadOnlyMemory<byte> Value, StateExpiry Expiry, long? ExpectedVersion)
    : ConditionalWrite(ExpectedVersion)
{
    public const string KindName = "save_keyed_state";

    internal override RecordTable Table => KeyedStateRow.Table;

    internal override string RecordId => Id;

    internal override string Kind => KindName;

    internal override bool CreatesRecord => true;

    internal override bool IsRemoval => false;

    internal override bool ReplacesRecord => true;

    internal override ReplayRule Replay => ReplayRule.NewerWins;

    internal override string? SpoolRefusal => null;

    private protected override int PayloadBytes => Value.Length;

    internal override Write Settle(DateTimeOffset now) => this with { Expiry = Expiry.Settle(now) };

    internal override Write? TryCompose(Write next) =>
        ExpectedVersion is null && next is SaveKeyedState { ExpectedVersion: null } ? next : null;

    internal override void WriteBody(Utf8JsonWriter json)
    {
        json.WriteExpiry(Expiry);
        json.WriteJson("value"u8, Value);
    }

    public static SaveKeyedState Read(string id, JsonElement body) =>
        new(id, body.ReadJson("value"u8), body.ReadExpiry() ?? StateExpiry.Never, ExpectedVersion: null);

    public override Write? ReplaceSecrets(SecretVisitor visitor) =>
        visitor.Document(StateKey.Place(Id), Value) is { } value ? this with { Value = value } : null;
}

/// <summary>
/// A JSON merge patch (RFC 7396) of a value, applied inside the store. <see cref="WriteStatus.NotFound"/> where there is none or it has expired.
/// </summary>
/// <param name="Expiry">Null keeps the stored one.</param>
internal sealed record PatchKeyedState(string Id, ReadOnlyMemory<byte> Patch, StateExpiry? Expiry, long? ExpectedVersion)
    : ConditionalWrite(ExpectedVersion)
{
    public const string KindName = "patch_keyed_state";

    internal override RecordTable Table => KeyedStateRow.Table;

    internal override string RecordId => Id;

    internal override string Kind => KindName;

    internal override bool CreatesRecord => false;

    internal override bool IsRemoval => false;

    internal override bool ReplacesRecord => false;

    internal override ReplayRule Replay => ReplayRule.Merges;

    internal override string? SpoolRefusal => null;

    private protected override int PayloadBytes => Patch.Length;

    internal override Write Settle(DateTimeOffset now) => this with { Expiry = Expiry?.Settle(now) };

    internal override Write? TryCompose(Write next) =>
        ExpectedVersion is null && next is PatchKeyedState { ExpectedVersion: null } patch
            && Patch.Length + patch.Patch.Length <= MergePatch.MaxComposed
        && MergePatch.TryCompose(Patch.Span, patch.Patch.Span) is { } both
            ? patch with { Patch = both, Expiry = patch.Expiry ?? Expiry }
            : null;

    internal override void WriteBody(Utf8JsonWriter json)
    {
        if (Expiry is { } expiry) json.WriteExpiry(expiry);
        if (Expiry == StateExpiry.Never) json.WriteBoolean("never_expires"u8, true);
        json.WriteJson("patch"u8, Patch);
    }

    public static PatchKeyedState Read(string id, JsonElement body) => new(
        id, body.ReadJson("patch"u8), body.ReadExpiry() ?? (body.TryGetProperty("never_expires"u8, out _) ? StateExpiry.Never : null),
        ExpectedVersion: null);

    public override Write? ReplaceSecrets(SecretVisitor visitor) =>
        visitor.Document(StateKey.Place(Id), Patch) is { } patch ? this with { Patch = patch } : null;
}

/// <summary>Removes a value.</summary>
/// <param name="OnlyExpired">For the sweep: removes only what has expired, which no caller can see any more.</param>
internal sealed record RemoveKeyedState(string Id, long? ExpectedVersion, bool OnlyExpired = false) : RemovalWrite(ExpectedVersion)
{
    public const string KindName = "remove_keyed_state";

    internal override RecordTable Table => KeyedStateRow.Table;

    internal override string RecordId => Id;

    internal override string Kind => KindName;

    internal override string? SpoolRefusal => OnlyExpired ? "expired state is swept only while PostgreSQL is available" : null;

    public static RemoveKeyedState Read(string id, JsonElement body) => new(id, ExpectedVersion: null);
}

/// <summary>The same value under another encryption key.</summary>
internal sealed record ResealKeyedState(string Id, ReadOnlyMemory<byte> Value, long SeenVersion) : ResealWrite(SeenVersion)
{
    internal override RecordTable Table => KeyedStateRow.Table;

    internal override string RecordId => Id;

    internal override string Kind => "reseal_keyed_state";
}
