using System.Diagnostics.CodeAnalysis;
using Nexus.Caching;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Calibrations;

/// <summary>A calibration as a store holds it.</summary>
/// <param name="Id">As <see cref="CalibrationKey.Id"/>.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record CalibrationRow(string Id, CalibrationValues Values, long Version, DateTimeOffset UpdatedAt) : IHasSize, IStateRow
{
    private const int Fields = 150;

    internal static RecordTable Table { get; } = new()
    {
        Name = "calibrations",
        KeyColumn = "id",
        LockOrder = 7,
        Number = 7,
        Describe = id => $"calibration {ClientText.Short(id)}",
        RestoringKind = SaveCalibration.KindName,
        IsOfChat = static (id, _, chat) => id.StartsWith($"{chat}/", StringComparison.Ordinal),
        PlaceOf = CalibrationKey.PlaceOf,
    };

    int IHasSize.Size => IHasSize.Overhead + Fields + (2 * Id.Length);

    WriteKey IStateRow.RecordKey => new(Table, Id);

    DateTimeOffset? IStateRow.WrittenAt => UpdatedAt;

    DateTimeOffset IStateRow.AsOf => UpdatedAt;

    Write IStateRow.ToWrite() => new SaveCalibration(Id, Values, ExpectedVersion: null);

    /// <summary>The record and its version, never its content.</summary>
    public override string ToString() => $"calibration {ClientText.Short(Id)}, version {Version}";

    /// <summary>Nothing of a calibration is sealed; only its names are checked.</summary>
    Write? IStateRow.ReplaceSecrets(SecretVisitor visitor)
    {
        Visit(visitor, Id);
        return null;
    }

    internal static void Visit(SecretVisitor visitor, string id)
    {
        var key = CalibrationKey.Parse(id);
        visitor.Name(Table, "strategy", key.Strategy);
        visitor.Name(Table, "symbol", key.Symbol);
        visitor.Name(Table, "exchange", key.Exchange);
    }
}
