using Nexus.Operations.ImportExport;

namespace Nexus.Fuzz.Targets;

/// <summary>Files that <c>nexus import</c> reads: damage is reported, and the import continues or ends.</summary>
internal abstract class ImportFileTarget : FuzzTarget
{
    private const int Piece = 1000;

    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo");

    public override IReadOnlyList<string> Dictionaries => ["json", "secrets", "export"];

    public override int Mutations => 1500;

    /// <summary>A member of a list is read from its start whenever a quarter more of it has arrived.</summary>
    public override long BytesPerByte => 4000;

    public override void Run(byte[] input, ShownTexts shown)
    {
        var warnings = new List<string>();
        new ImportFile(FuzzKeys.Sealer, Zone)
            .ReadAsync(new PieceStream(input, Piece), warnings, CancellationToken.None)
            .ToList(record =>
            {
                shown.Add(record.Name);
                if (record is RefusedRecord refused) shown.Add(refused.Reason);
            });
        shown.Add(warnings);
    }

    public override bool IsDocumented(Exception error) => false;
}

/// <summary>Exports of Nexus.</summary>
internal sealed class ExportFileTarget : ImportFileTarget
{
    public override string Name => "export-file";
}

/// <summary>The JSON files of the legacy bot.</summary>
internal sealed class LegacyJsonTarget : ImportFileTarget
{
    public override string Name => "legacy-json";
}
