using System.Diagnostics.CodeAnalysis;
using System.Text;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>
/// Counts, hashes and sums the rows of a table on the server. The hash is the sum of the rows' hashes, so their order does not matter. Tables of
/// common
/// types are hashed as values, which takes a third of the time; others by the text of every column, which every type has.
/// </summary>
[SuppressMessage("Security", "CA2100", Justification = "SQL is made of constants and of quoted names.")]
internal static class TableDigest
{
    /// <summary>What the text of money depends on, beside what every session of Nexus sets. Of the server of the copy too.</summary>
    public const string Settings = "SET lc_monetary = 'C'";

    private const string OfValues = "values:";
    private const string OfText = "text:";

    /// <summary>Reads one table as the connection's transaction sees it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="table">The table.</param>
    /// <param name="expected">What the result is compared with, whose kind of hash is taken; null to choose.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<TableContents> ReadAsync(
        NpgsqlConnection connection, SourceTable table, TableContents? expected, CancellationToken cancellationToken)
    {
        var kind = expected?.Hash.StartsWith(OfText, StringComparison.Ordinal) ?? !table.IsHashable ? OfText : OfValues;
        var command = new NpgsqlCommand(Sql(table, kind), connection);
        await using var end = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var endOfReader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var sums = new Dictionary<string, string?>(StringComparer.Ordinal);
        for (var i = 0; i < table.SummedColumns.Count; i++)
        {
            var isNull = await reader.IsDBNullAsync(i + 2, cancellationToken).ConfigureAwait(false);
            sums[table.SummedColumns[i]] = isNull ? null : reader.GetString(i + 2);
        }
        return new TableContents(table.Schema, table.Name, reader.GetInt64(0), kind + reader.GetString(1), sums, table.Columns);
    }

    // record_out is called by its name: a cast to text of the table's own type, which its owner may have made, would run as the role of the backup.
    private static string Sql(SourceTable table, string kind)
    {
        var row = $"ROW({string.Join(", ", table.Columns.Select(column => $"r.{SqlIdentifier.Quote(column)}"))})";
        var hash = kind == OfText ? $"pg_catalog.hashtextextended(pg_catalog.textin(pg_catalog.record_out({row})), 0)"
            : $"pg_catalog.hash_record_extended({row}, 0)";
        var sql = new StringBuilder($"SELECT pg_catalog.count(*), coalesce(pg_catalog.sum({hash}), 0)::text");
        foreach (var column in table.SummedColumns) sql.Append($", pg_catalog.sum(r.{SqlIdentifier.Quote(column)})::text");
        return sql.Append($" FROM ONLY {TableCatalog.QualifiedName(table.Schema, table.Name)} AS r").ToString();
    }
}
