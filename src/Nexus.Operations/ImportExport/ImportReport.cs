using System.Text.Json.Serialization;

namespace Nexus.Operations.ImportExport;

/// <summary>The result of an import.</summary>
public sealed class ImportReport
{
    /// <summary>The maximum number of listed refusals. Further refusals are only counted, so that memory stays bounded.</summary>
    public const int MaxListed = 10_000;

    private readonly Dictionary<ImportKind, ImportCounts> _counts = [];
    private readonly List<ImportRefusal> _refusals = [];

    /// <summary>Whether nothing was written.</summary>
    public bool DryRun { get; init; }

    /// <summary>Counts for each kind in the files.</summary>
    public IReadOnlyDictionary<ImportKind, ImportCounts> Counts => _counts;

    /// <summary>The first <see cref="MaxListed"/> refused records.</summary>
    public IReadOnlyList<ImportRefusal> Refusals => _refusals;

    /// <summary>The number of API keys that were skipped because they were not requested.</summary>
    public long ApiKeysLeft { get; internal set; }

    /// <summary>Every table of another bot's database; null for other imports.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SourceReport? Source { get; internal set; }

    /// <summary>Problems of whole files, such as a truncated file.</summary>
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
