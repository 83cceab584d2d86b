using System.Text.Json.Serialization;

namespace Nexus.Operations.ImportExport;

/// <summary>A line of an export: an object whose first member names its kind. Kinds and members are never renamed.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(ExportedHeader), "nexus")]
[JsonDerivedType(typeof(ExportedSession), "session")]
[JsonDerivedType(typeof(ExportedUser), "user")]
[JsonDerivedType(typeof(ExportedBotState), "botState")]
[JsonDerivedType(typeof(ExportedConfigEntry), "systemConfig")]
[JsonDerivedType(typeof(TradeView), "trade")]
[JsonDerivedType(typeof(ExportedState), "state")]
[JsonDerivedType(typeof(ExportedTask), "task")]
[JsonDerivedType(typeof(ExportedCalibration), "calibration")]
[JsonDerivedType(typeof(ExportedEnd), "end")]
public abstract record ExportLine
{
    private protected ExportLine()
    {
    }
}
