using System.Text.Json;
using Nexus.Engine;
using Nexus.Json;

namespace Nexus.SystemConfig;

/// <summary>Sets one entry. <paramref name="Value"/> is any JSON value with secrets sealed.</summary>
internal sealed record SetSystemConfig(string ConfigKey, ReadOnlyMemory<byte> Value, string? UpdatedBy, long? ExpectedVersion)
    : ConditionalWrite(ExpectedVersion)
{
    public const string KindName = "set_system_config";

    public override RecordTable Table => SystemConfigRow.Table;

    public override string RecordId => ConfigKey;

    public override string Kind => KindName;

    public override bool CreatesRecord => true;

    public override bool IsRemoval => false;

    public override bool ReplacesRecord => true;

    public override ReplayRule Replay => ReplayRule.NewerWins;

    /// <summary>API keys are made only in the store itself, together with their index.</summary>
    public override string? SpoolRefusal => ReservedSettings.IsReserved(ConfigKey) ? "API keys are changed only while PostgreSQL is available" : null;

    protected override int PayloadBytes => Value.Length;

    public override Write Settle(DateTimeOffset now) => this;

    public override Write? TryCompose(Write next) =>
        ExpectedVersion is null && next is SetSystemConfig { ExpectedVersion: null } ? next : null;

    public override void WriteBody(Utf8JsonWriter json)
    {
        json.WriteText("updated_by"u8, UpdatedBy);
        json.WriteJson("value"u8, Value);
    }

    public static SetSystemConfig Read(string key, JsonElement body) =>
        new(key, body.ReadJson("value"u8), body.ReadText("updated_by"u8), ExpectedVersion: null);

    public override Write? ReplaceSecrets(SecretVisitor visitor) =>
        SystemConfigRow.Visit(visitor, ConfigKey, Value) is { } value ? this with { Value = value } : null;
}

internal sealed record RemoveSystemConfig(string ConfigKey, long? ExpectedVersion) : RemovalWrite(ExpectedVersion)
{
    public const string KindName = "remove_system_config";

    public override RecordTable Table => SystemConfigRow.Table;

    public override string RecordId => ConfigKey;

    public override string Kind => KindName;

    public static RemoveSystemConfig Read(string key, JsonElement body) => new(key, ExpectedVersion: null);
}

/// <summary>The same entry under another encryption key.</summary>
internal sealed record ResealSystemConfig(string ConfigKey, ReadOnlyMemory<byte> Value, long SeenVersion) : ResealWrite(SeenVersion)
{
    public override RecordTable Table => SystemConfigRow.Table;

    public override string RecordId => ConfigKey;

    public override string Kind => "reseal_system_config";
}
