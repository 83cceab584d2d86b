using System.Text.Json;
using Nexus.Engine;
using Nexus.Json;

namespace Nexus.Calibrations;

/// <summary>Sets one calibration.</summary>
internal sealed record SaveCalibration(string Id, CalibrationValues Values, long? ExpectedVersion) : ConditionalWrite(ExpectedVersion)
{
    public const string KindName = "save_calibration";

    internal override RecordTable Table => CalibrationRow.Table;

    internal override string RecordId => Id;

    internal override string Kind => KindName;

    internal override bool CreatesRecord => true;

    internal override bool IsRemoval => false;

    internal override bool ReplacesRecord => true;

    internal override ReplayRule Replay => ReplayRule.NewerWins;

    internal override string? SpoolRefusal => null;

    private protected override int PayloadBytes => 2 * Id.Length;

    internal override Write Settle(DateTimeOffset now) => this;

    internal override Write? TryCompose(Write next) =>
        ExpectedVersion is null && next is SaveCalibration { ExpectedVersion: null } ? next : null;

    internal override void WriteBody(Utf8JsonWriter json) => CalibrationJson.Write(json, Values);

    public static SaveCalibration Read(string id, JsonElement body) => new(id, CalibrationJson.Read(body), ExpectedVersion: null);

    public override Write? ReplaceSecrets(SecretVisitor visitor)
    {
        CalibrationRow.Visit(visitor, Id);
        return null;
    }
}

/// <summary>Removes a calibration.</summary>
internal sealed record RemoveCalibration(string Id, long? ExpectedVersion) : RemovalWrite(ExpectedVersion)
{
    public const string KindName = "remove_calibration";

    internal override RecordTable Table => CalibrationRow.Table;

    internal override string RecordId => Id;

    internal override string Kind => KindName;

    public static RemoveCalibration Read(string id, JsonElement body) => new(id, ExpectedVersion: null);
}
