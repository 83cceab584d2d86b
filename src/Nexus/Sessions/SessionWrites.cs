using System.Text.Json;
using Nexus.Engine;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Sessions;

/// <summary>A whole session replaces what is stored, or is created.</summary>
internal sealed record SaveSession(string ChatId, SealedField ApiKey, SealedField ApiSecret, ReadOnlyMemory<byte> Config, long? ExpectedVersion)
    : ConditionalWrite(ExpectedVersion)
{
    public const string KindName = "save_session";

    /// <summary>If set, no later save is composed with this one, so that its version has exactly its content.</summary>
    public bool IsVersionOfItsOwn { get; init; }

    internal override RecordTable Table => SessionRow.Table;

    internal override string RecordId => ChatId;

    internal override string Kind => KindName;

    internal override bool CreatesRecord => true;

    internal override bool IsRemoval => false;

    internal override bool ReplacesRecord => !ApiKey.IsKept && !ApiSecret.IsKept;

    internal override ReplayRule Replay => ReplayRule.NewerWins;

    internal override string? SpoolRefusal => null;

    private protected override int PayloadBytes => Config.Length;

    internal override Write Settle(DateTimeOffset now) => this;

    /// <summary>An unconditional later save makes this one invisible, so the pair is the later one with what it keeps taken from here.</summary>
    internal override Write? TryCompose(Write next) =>
        ExpectedVersion is null && !IsVersionOfItsOwn && next is SaveSession { ExpectedVersion: null } save
            ? save with { ApiKey = save.ApiKey.IsKept ? ApiKey : save.ApiKey, ApiSecret = save.ApiSecret.IsKept ? ApiSecret : save.ApiSecret }
            : null;

    internal override void WriteBody(Utf8JsonWriter json)
    {
        WriteSealed(json, "api_key"u8, "keep_key"u8, ApiKey);
        WriteSealed(json, "api_secret"u8, "keep_secret"u8, ApiSecret);
        json.WriteJson("config"u8, Config);
    }

    public static SaveSession Read(string chatId, JsonElement body) => new(
        chatId, ReadSealed(body, "api_key"u8, "keep_key"u8), ReadSealed(body, "api_secret"u8, "keep_secret"u8), body.ReadJson("config"u8),
        ExpectedVersion: null);

    public override Write? ReplaceSecrets(SecretVisitor visitor)
    {
        var config = visitor.Document(SessionSealing.Place(ChatId, "config"), Config);
        var apiKey = visitor.Column(SessionSealing.Place(ChatId, "api_key"), ApiKey);
        var apiSecret = visitor.Column(SessionSealing.Place(ChatId, "api_secret"), ApiSecret);
        if (config is null && apiKey is null && apiSecret is null) return null;
        return this with
        {
            Config = config ?? Config,
            ApiKey = apiKey is null ? ApiKey : SealedField.Set(apiKey),
            ApiSecret = apiSecret is null ? ApiSecret : SealedField.Set(apiSecret),
        };
    }

    private static void WriteSealed(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> keepName, SealedField field)
    {
        if (field.IsKept) json.WriteBoolean(keepName, true);
        else json.WriteText(name, field.Value);
    }

    private static SealedField ReadSealed(JsonElement body, ReadOnlySpan<byte> name, ReadOnlySpan<byte> keepName) =>
        body.TryGetProperty(keepName, out _) ? SealedField.Keep : SealedField.Set(body.ReadText(name));
}

/// <summary>
/// A JSON merge patch (RFC 7396) of the config, applied inside the store. <see cref="WriteStatus.NotFound"/> where there is no session.
/// </summary>
internal sealed record PatchSessionConfig(string ChatId, ReadOnlyMemory<byte> Patch, long? ExpectedVersion) : ConditionalWrite(ExpectedVersion)
{
    public const string KindName = "patch_session_config";

    internal override RecordTable Table => SessionRow.Table;

    internal override string RecordId => ChatId;

    internal override string Kind => KindName;

    internal override bool CreatesRecord => false;

    internal override bool IsRemoval => false;

    internal override bool ReplacesRecord => false;

    internal override ReplayRule Replay => ReplayRule.Merges;

    internal override string? SpoolRefusal => null;

    private protected override int PayloadBytes => Patch.Length;

    internal override Write Settle(DateTimeOffset now) => this;

    internal override Write? TryCompose(Write next) =>
        ExpectedVersion is null && next is PatchSessionConfig { ExpectedVersion: null } patch
            && Patch.Length + patch.Patch.Length <= MergePatch.MaxComposed
        && MergePatch.TryCompose(Patch.Span, patch.Patch.Span) is { } both
            ? patch with { Patch = both }
            : null;

    internal override void WriteBody(Utf8JsonWriter json) => json.WriteJson("patch"u8, Patch);

    public static PatchSessionConfig Read(string chatId, JsonElement body) => new(chatId, body.ReadJson("patch"u8), ExpectedVersion: null);

    public override Write? ReplaceSecrets(SecretVisitor visitor) =>
        visitor.Document(SessionSealing.Place(ChatId, "config"), Patch) is { } patch ? this with { Patch = patch } : null;
}

internal sealed record DeleteSession(string ChatId, long? ExpectedVersion) : RemovalWrite(ExpectedVersion)
{
    public const string KindName = "delete_session";

    internal override RecordTable Table => SessionRow.Table;

    internal override string RecordId => ChatId;

    internal override string Kind => KindName;

    public static DeleteSession Read(string chatId, JsonElement body) => new(chatId, ExpectedVersion: null);
}

/// <summary>
/// Locks the session of an expired subscriber down, or restores that of a renewed one. Applies only while the user is at the version that was
/// read and the subscription has ended, or has not, by the store's clock: otherwise <see cref="WriteStatus.InvalidState"/>.
/// </summary>
/// <param name="Config">The config that <see cref="SessionLock"/> made of the session's.</param>
/// <param name="Locks">Whether it locks: the subscription must have ended.</param>
/// <param name="UserVersion">The version of the user that the decision was made by.</param>
/// <param name="SeenVersion">The version of the session that the config was made of.</param>
internal sealed record LockSession(string ChatId, ReadOnlyMemory<byte> Config, bool Locks, long UserVersion, long SeenVersion)
    : ConditionalWrite(SeenVersion)
{
    internal override RecordTable Table => SessionRow.Table;

    internal override string RecordId => ChatId;

    internal override string Kind => "lock_session";

    internal override bool CreatesRecord => false;

    internal override bool IsRemoval => false;

    internal override bool ReplacesRecord => false;

    internal override ReplayRule Replay => ReplayRule.Never;

    internal override string? SpoolRefusal => "sessions are locked down and restored only while PostgreSQL is available";

    private protected override int PayloadBytes => Config.Length;

    internal override Write Settle(DateTimeOffset now) => this;

    internal override void WriteBody(Utf8JsonWriter json) => throw new InvalidOperationException($"{Kind} is never spooled");

    public override Write? ReplaceSecrets(SecretVisitor visitor) =>
        visitor.Document(SessionSealing.Place(ChatId, "config"), Config) is { } config ? this with { Config = config } : null;
}

/// <summary>The same session under another encryption key.</summary>
internal sealed record ResealSession(string ChatId, string? ApiKey, string? ApiSecret, ReadOnlyMemory<byte> Config, long SeenVersion)
    : ResealWrite(SeenVersion)
{
    internal override RecordTable Table => SessionRow.Table;

    internal override string RecordId => ChatId;

    internal override string Kind => "reseal_session";
}
