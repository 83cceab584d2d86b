using System.Text.Json.Serialization;

namespace Nexus.Operations.ImportExport;

/// <summary>What became of every record of the files.</summary>
public sealed class ImportReport
{
    /// <summary>Refusals that are listed one by one; more are only counted, so that memory stays bounded.</summary>
    public const int MaxListed = 10_000;

    private readonly Dictionary<ImportKind, ImportCounts> _counts = [];
    private readonly List<ImportRefusal> _refusals = [];

    /// <summary>Whether this only says what would happen.</summary>
    public bool DryRun { get; init; }

    /// <summary>Counts by kind, of the kinds that were in the files.</summary>
    public IReadOnlyDictionary<ImportKind, ImportCounts> Counts => _counts;

    /// <summary>The first <see cref="MaxListed"/> records that were refused.</summary>
    public IReadOnlyList<ImportRefusal> Refusals => _refusals;

    /// <summary>API keys that the files hold and that were left out, because nobody asked for them.</summary>
    public long ApiKeysLeft { get; internal set; }

    /// <summary>What the files held beyond records, such as that they ended early.</summary>
    public IList<string> Warnings { get; } = [];

    /// <summary>Whether every record is in the store now.</summary>
    public bool Ok => _counts.Values.All(counts => counts.Refused == 0) && Warnings.Count == 0;

    internal ImportCounts this[ImportKind kind]
    {
        get
        {
            if (!_counts.TryGetValue(kind, out var counts)) _counts[kind] = counts = new ImportCounts();
            return counts;
        }
    }

    internal void Refuse(string file, ImportKind kind, string record, string reason)
    {
        this[kind].Refused++;
        if (_refusals.Count < MaxListed) _refusals.Add(new ImportRefusal(file, record, reason));
    }
}

/// <summary>Records of one kind.</summary>
public sealed class ImportCounts
{
    /// <summary>Were not in the store.</summary>
    public long Imported { get; internal set; }

    /// <summary>Replaced an older one.</summary>
    public long Updated { get; internal set; }

    /// <summary>Are in the store as they are in the file.</summary>
    public long Unchanged { get; internal set; }

    /// <summary>Are in the store in another form that is newer or may be, which stays.</summary>
    public long Kept { get; internal set; }

    /// <summary>Could not be converted.</summary>
    public long Refused { get; internal set; }
}

/// <summary>A record that was not imported.</summary>
/// <param name="File">The file.</param>
/// <param name="Record">Which one.</param>
/// <param name="Reason">Why, without values.</param>
public sealed record ImportRefusal(string File, string Record, string Reason);

/// <summary>How reports are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DictionaryKeyPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(ExportReport))]
public sealed partial class ExchangeReportJson : JsonSerializerContext;
