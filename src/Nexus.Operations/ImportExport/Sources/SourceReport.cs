namespace Nexus.Operations.ImportExport;

/// <summary>The result of an import from another program.</summary>
public sealed class SourceReport
{
    private readonly List<SourceTable> _tables = [];
    private readonly SortedDictionary<string, long> _notes = new(StringComparer.Ordinal);
    private readonly List<Action> _last = [];

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

    /// <summary>Counts what depends on the outcome of every record, which is known once the last one was imported or refused.</summary>
    internal void AtEnd(Action count) => _last.Add(count);

    internal void End() => _last.ForEach(count => count());

    internal void Note(string text, long records = 0) => _notes[text] = _notes.GetValueOrDefault(text) + records;
}
