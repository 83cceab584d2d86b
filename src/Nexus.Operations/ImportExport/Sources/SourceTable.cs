namespace Nexus.Operations.ImportExport;

/// <summary>What became of the rows of one table of another program.</summary>
public sealed class SourceTable
{
    private readonly SortedDictionary<string, long> _reasons = new(StringComparer.Ordinal);

    internal SourceTable(string name, long rows) => (Name, Rows) = (name, rows);

    /// <summary>The table's name in the source.</summary>
    public string Name { get; }

    /// <summary>Its rows.</summary>
    public long Rows { get; }

    /// <summary>Rows that became records of their own, now or by an earlier import.</summary>
    public long Imported { get; private set; }

    /// <summary>Of these, rows whose record was there already.</summary>
    public long Unchanged { get; private set; }

    /// <summary>Rows that are kept in the metadata of a trade.</summary>
    public long KeptAsMetadata { get; private set; }

    /// <summary>Rows that are not kept.</summary>
    public long Skipped { get; private set; }

    /// <summary>Why rows were skipped, with their numbers.</summary>
    public IReadOnlyDictionary<string, long> Reasons => _reasons;

    internal void Keep(long rows = 1) => KeptAsMetadata += rows;

    internal void Skip(string reason, long rows = 1)
    {
        if (rows == 0) return;
        Skipped += rows;
        _reasons[reason] = _reasons.GetValueOrDefault(reason) + rows;
    }

    internal void Count(ImportResult result, string? reason)
    {
        switch (result)
        {
            case ImportResult.Refused: Skip(reason ?? "was refused"); break;
            case ImportResult.Unchanged or ImportResult.Kept: (Imported, Unchanged) = (Imported + 1, Unchanged + 1); break;
            default: Imported++; break;
        }
    }
}
