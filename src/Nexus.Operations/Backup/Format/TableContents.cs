namespace Nexus.Operations.Backup;

/// <summary>The contents of one table.</summary>
/// <param name="Schema">The schema; <c>main</c> for the embedded store.</param>
/// <param name="Name">The table.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Hash">A hash over all rows that does not depend on their order.</param>
/// <param name="Sums">The exact sum of each numeric column, as text; null for a sum over no value.</param>
/// <param name="Columns">The columns in the order in which the dump holds them.</param>
public sealed record TableContents(
    string Schema, string Name, long Rows, string Hash, IReadOnlyDictionary<string, string?> Sums, IReadOnlyList<string> Columns)
{
    /// <summary>The name with its schema, for people.</summary>
    public override string ToString() => $"{Schema}.{Name}";
}
