using System.Text.Json.Serialization;

namespace Nexus.Operations.ImportExport;

/// <summary>Counts of one kind of record.</summary>
public sealed class ImportCounts
{
    /// <summary>Records that were added.</summary>
    public long Imported { get; internal set; }

    /// <summary>Records that replaced an older version.</summary>
    public long Updated { get; internal set; }

    /// <summary>Records that the store already had.</summary>
    public long Unchanged { get; internal set; }

    /// <summary>Records of which the store kept a different version that is or may be newer.</summary>
    public long Kept { get; internal set; }

    /// <summary>Records that could not be imported.</summary>
    public long Refused { get; internal set; }
}
