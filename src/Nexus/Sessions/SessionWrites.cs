using Nexus.Chats;
using Nexus.Engine;
using Nexus.Json;

namespace Nexus.Sessions;

/// <summary>A whole session replaces what is stored, or is created.</summary>
/// <param name="ExpectedVersion">Null: whatever is stored. 0: only where there is none. Else: only over this version.</param>
internal sealed record SaveSession(string ChatId, SealedField ApiKey, SealedField ApiSecret, ReadOnlyMemory<byte> Config, long? ExpectedVersion) : Write
{
    /// <summary>Whoever wants it knows what its version holds: no later save becomes one with it, under a version that holds the later one's content.</summary>
    public bool IsVersionOfItsOwn { get; init; }

    public override WriteKey Key => new(StateTable.Sessions, ChatId);

    /// <summary>An unconditional later save makes this one invisible, so the pair is the later one with what it keeps taken from here.</summary>
    public override Write? TryCompose(Write next) =>
        ExpectedVersion is null && !IsVersionOfItsOwn && next is SaveSession { ExpectedVersion: null } save
            ? save with { ApiKey = save.ApiKey.IsKept ? ApiKey : save.ApiKey, ApiSecret = save.ApiSecret.IsKept ? ApiSecret : save.ApiSecret }
            : null;
}

/// <summary>A JSON merge patch (RFC 7396) of the config, applied inside the store. <see cref="WriteStatus.NotFound"/> where there is no session.</summary>
internal sealed record PatchSessionConfig(string ChatId, ReadOnlyMemory<byte> Patch, long? ExpectedVersion) : Write
{
    public override WriteKey Key => new(StateTable.Sessions, ChatId);

    public override Write? TryCompose(Write next) =>
        ExpectedVersion is null && next is PatchSessionConfig { ExpectedVersion: null } patch && Patch.Length + patch.Patch.Length <= MergePatch.MaxComposed
        && MergePatch.TryCompose(Patch.Span, patch.Patch.Span) is { } both
            ? patch with { Patch = both }
            : null;
}

internal sealed record DeleteSession(string ChatId, long? ExpectedVersion) : Write
{
    public override WriteKey Key => new(StateTable.Sessions, ChatId);
}

/// <summary>
/// The same session under another encryption key: version and time stay, since nothing that a reader sees changes.
/// Applies only while the stored version is <paramref name="SeenVersion"/>, otherwise <see cref="WriteStatus.Conflict"/>.
/// </summary>
internal sealed record ResealSession(string ChatId, string? ApiKey, string? ApiSecret, ReadOnlyMemory<byte> Config, long SeenVersion) : Write
{
    public override WriteKey Key => new(StateTable.Sessions, ChatId);
}
