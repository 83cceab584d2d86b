namespace Nexus.Operations.Backup;

/// <summary>Compares what a restored copy contains with what the state contained.</summary>
internal static class ContentComparison
{
    private const int MaxListed = 20;

    /// <summary>The differences, at most twenty; empty if there are none.</summary>
    public static IReadOnlyList<string> Compare(IReadOnlyList<TableContents> expected, IReadOnlyList<TableContents> found)
    {
        var there = found.ToDictionary(table => (table.Schema, table.Name));
        var differences = new List<string>();
        foreach (var table in expected)
        {
            if (!there.Remove((table.Schema, table.Name), out var copy)) differences.Add($"the table {table} is missing");
            else if (Difference(table, copy) is { } difference) differences.Add(difference);
        }
        differences.AddRange(there.Values.Select(table => $"the table {table} was not in the backed-up state"));
        return differences.Count <= MaxListed ? differences : [.. differences.Take(MaxListed), $"and {differences.Count - MaxListed} more"];
    }

    /// <summary>A sequence may be ahead of its recorded value, which was read just before the snapshot, but not behind it.</summary>
    public static IReadOnlyList<string> Compare(IReadOnlyList<SequenceContents> expected, IReadOnlyList<SequenceContents> found)
    {
        var there = found.ToDictionary(sequence => (sequence.Schema, sequence.Name));
        var differences = new List<string>();
        foreach (var sequence in expected)
        {
            if (!there.TryGetValue((sequence.Schema, sequence.Name), out var copy))
                differences.Add($"the sequence {sequence.Schema}.{sequence.Name} is missing");
            else if (sequence.LastValue is { } last && (copy.LastValue is not { } value || (sequence.Increment > 0 ? value < last : value > last)))
                differences.Add($"the sequence {sequence.Schema}.{sequence.Name} stands at {copy.LastValue?.ToString() ?? "its start"}, expected "
                    + $"{last} or more");
        }
        return [.. differences.Take(MaxListed)];
    }

    private static string? Difference(TableContents expected, TableContents found)
    {
        if (expected.Rows != found.Rows) return $"the table {expected} has {found.Rows:N0} rows, expected {expected.Rows:N0}";
        foreach (var (column, sum) in expected.Sums)
        {
            if (!found.Sums.TryGetValue(column, out var other) || other != sum)
                return $"the sum of {expected}.{column} is {other ?? "empty"}, expected {sum ?? "empty"}";
        }
        return expected.Hash == found.Hash ? null : $"the contents of the table {expected} differ";
    }
}
