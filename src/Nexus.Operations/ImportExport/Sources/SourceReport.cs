namespace Nexus.Operations.ImportExport;

/// <summary>The result of an import from another program.</summary>
public sealed class SourceReport
{
    private readonly List<SourceTable> _tables = [];
    private readonly SortedDictionary<string, long> _notes = new(StringComparer.Ordinal);

    internal SourceReport(string program) => Program = program;

    /// <summary>The program: <c>freqtrade</c> or <c>hummingbot</c>.</summary>
    public string Program { get; }

    /// <summary>Every table of the file.</summary>
    public IReadOnlyList<SourceTable> Tables => _tables;

    /// <summary>What the source has lost or what has no place in Nexus, with the number of records it concerns; 0 for the whole file.</summary>
    public IReadOnlyDictionary<string, long> Notes => _notes;

    internal SourceTable Add(SourceDatabase database, string table)
    {
        var added = new SourceTable(table, database.Count(table));
        _tables.Add(added);
        return added;
    }

    internal void Note(string text, long records = 0) => _notes[text] = _notes.GetValueOrDefault(text) + records;
}
