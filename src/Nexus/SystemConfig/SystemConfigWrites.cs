using System.Text.Json;
using Nexus.Engine;
using Nexus.Json;

namespace Nexus.SystemConfig;

/// <summary>Sets one entry. <paramref name="Value"/> is any JSON value with secrets sealed.</summary>
internal sealed record SetSystemConfig(string ConfigKey, ReadOnlyMemory<byte> Value, string? UpdatedBy, long? ExpectedVersion)
    : ConditionalWrite(ExpectedVersion)
{
    internal const string KindName = "set_system_config";

    internal override RecordTable Table => SystemConfigRow.Table;

    internal override string RecordId => ConfigKey;

    internal override string Kind => KindName;

    internal override bool CreatesRecord => true;

    internal override bool IsRemoval => false;

    internal override bool ReplacesRecord => true;

    internal override ReplayRule Replay => ReplayRule.NewerWins;

    /// <summary>API keys are made only in the store itself, together with their index.</summary>
    internal override string? SpoolRefusal =>
        ReservedSettings.IsReserved(ConfigKey) ? "API keys are changed only while PostgreSQL is available" : null;

    private protected override int PayloadBytes => Value.Length;

    internal override Write Settle(DateTimeOffset now) => this;

    internal override Write? TryCompose(Write next) =>
        ExpectedVersion is null && next is SetSystemConfig { ExpectedVersion: null } ? next : null;

    internal override void WriteBody(Utf8JsonWriter json)
    {
        json.WriteText("updated_by"u8, UpdatedBy);
        json.WriteJson("value"u8, Value);
    }

    internal static SetSystemConfig Read(string key, JsonElement body) =>
        new(key, body.ReadJson("value"u8), body.ReadText("updated_by"u8), ExpectedVersion: null);

    public override Write? ReplaceSecrets(SecretVisitor visitor) =>
        SystemConfigRow.Visit(visitor, ConfigKey, Value) is { } value ? this with { Value = value } : null;
}

internal sealed record RemoveSystemConfig(string ConfigKey, long? ExpectedVersion) : RemovalWrite(ExpectedVersion)
{
    internal const string KindName = "remove_system_config";

    internal override RecordTable Table => SystemConfigRow.Table;

    internal override string RecordId => ConfigKey;

    internal override string Kind => KindName;

    internal static RemoveSystemConfig Read(string key, JsonElement body) => new(key, ExpectedVersion: null);
}

/// <summary>The same entry under another encryption key.</summary>
internal sealed record ResealSystemConfig(string ConfigKey, ReadOnlyMemory<byte> Value, long SeenVersion) : ResealWrite(SeenVersion)
{
    internal override RecordTable Table => SystemConfigRow.Table;

    internal override string RecordId => ConfigKey;

    internal override string Kind => "reseal_system_config";
}
