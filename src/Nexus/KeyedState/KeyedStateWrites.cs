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

    public override RecordTable Table => KeyedStateRow.Table;

    public override string RecordId => Id;

    public override string Kind => KindName;

    public override bool CreatesRecord => true;

    public override bool IsRemoval => false;

    public override bool ReplacesRecord => true;

    public override ReplayRule Replay => ReplayRule.NewerWins;

    public override string? SpoolRefusal => null;

    protected override int PayloadBytes => Value.Length;

    public override Write Settle(DateTimeOffset now) => this with { Expiry = Expiry.Settle(now) };

    public override Write? TryCompose(Write next) =>
        ExpectedVersion is null && next is SaveKeyedState { ExpectedVersion: null } ? next : null;

    public override void WriteBody(Utf8JsonWriter json)
    {
        json.WriteExpiry(Expiry);
        json.WriteJson("value"u8, Value);
    }

    public static SaveKeyedState Read(string id, JsonElement body) =>
        new(id, body.ReadJson("value"u8), body.ReadExpiry() ?? StateExpiry.Never, ExpectedVersion: null);

    public override IEnumerable<SealedPart> SealedParts() => [SealedPart.Of(StateKey.Place(Id), Value)];
}

/// <summary>
/// A JSON merge patch (RFC 7396) of a value, applied inside the store. <see cref="WriteStatus.NotFound"/> where there is none or it has expired.
/// </summary>
/// <param name="Expiry">Null keeps the stored one.</param>
internal sealed record PatchKeyedState(string Id, ReadOnlyMemory<byte> Patch, StateExpiry? Expiry, long? ExpectedVersion)
    : ConditionalWrite(ExpectedVersion)
{
    public const string KindName = "patch_keyed_state";

    public override RecordTable Table => KeyedStateRow.Table;

    public override string RecordId => Id;

    public override string Kind => KindName;

    public override bool CreatesRecord => false;

    public override bool IsRemoval => false;

    public override bool ReplacesRecord => false;

    public override ReplayRule Replay => ReplayRule.Merges;

    public override string? SpoolRefusal => null;

    protected override int PayloadBytes => Patch.Length;

    public override Write Settle(DateTimeOffset now) => this with { Expiry = Expiry?.Settle(now) };

    public override Write? TryCompose(Write next) =>
        ExpectedVersion is null && next is PatchKeyedState { ExpectedVersion: null } patch
            && Patch.Length + patch.Patch.Length <= MergePatch.MaxComposed
        && MergePatch.TryCompose(Patch.Span, patch.Patch.Span) is { } both
            ? patch with { Patch = both, Expiry = patch.Expiry ?? Expiry }
            : null;

    public override void WriteBody(Utf8JsonWriter json)
    {
        if (Expiry is { } expiry) json.WriteExpiry(expiry);
        if (Expiry == StateExpiry.Never) json.WriteBoolean("never_expires"u8, true);
        json.WriteJson("patch"u8, Patch);
    }

    public static PatchKeyedState Read(string id, JsonElement body) => new(
        id, body.ReadJson("patch"u8), body.ReadExpiry() ?? (body.TryGetProperty("never_expires"u8, out _) ? StateExpiry.Never : null),
        ExpectedVersion: null);

    public override IEnumerable<SealedPart> SealedParts() => [SealedPart.Of(StateKey.Place(Id), Patch)];
}

/// <summary>Removes a value.</summary>
/// <param name="OnlyExpired">For the sweep: removes only what has expired, which no caller can see any more.</param>
internal sealed record RemoveKeyedState(string Id, long? ExpectedVersion, bool OnlyExpired = false) : RemovalWrite(ExpectedVersion)
{
    public const string KindName = "remove_keyed_state";

    public override RecordTable Table => KeyedStateRow.Table;

    public override string RecordId => Id;

    public override string Kind => KindName;

    public override string? SpoolRefusal => OnlyExpired ? "expired state is swept only while PostgreSQL is available" : null;

    public static RemoveKeyedState Read(string id, JsonElement body) => new(id, ExpectedVersion: null);
}

/// <summary>The same value under another encryption key.</summary>
internal sealed record ResealKeyedState(string Id, ReadOnlyMemory<byte> Value, long SeenVersion) : ResealWrite(SeenVersion)
{
    public override RecordTable Table => KeyedStateRow.Table;

    public override string RecordId => Id;

    public override string Kind => "reseal_keyed_state";
}
