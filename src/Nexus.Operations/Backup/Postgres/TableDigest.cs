using System.Diagnostics.CodeAnalysis;
using System.Text;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>
/// Counts, hashes and sums the rows of a table on the server. The hash is the sum of the rows' hashes, so their order does not matter; it covers
/// the text of
/// every column, which is the same on every version of the server.
/// </summary>
[SuppressMessage("Security", "CA2100", Justification = "SQL is made of constants and of quoted names.")]
internal static class TableDigest
{
    /// <summary>Reads one table as the connection's transaction sees it.</summary>
    public static async Task<TableContents> ReadAsync(NpgsqlConnection connection, SourceTable table, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(Sql(table), connection);
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
        return new TableContents(table.Schema, table.Name, reader.GetInt64(0), reader.GetString(1), sums, table.Columns);
    }

    // record_out is called by its name: a cast to text of the table's own type, which its owner may have made, would run as the role of the backup.
    private static string Sql(SourceTable table)
    {
        var sql = new StringBuilder("SELECT pg_catalog.count(*), coalesce(pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.textin(")
            .Append("pg_catalog.record_out(ROW(")
            .AppendJoin(", ", table.Columns.Select(column => $"r.{SqlIdentifier.Quote(column)}"))
            .Append("))), 0)), 0)::text");
        foreach (var column in table.SummedColumns) sql.Append($", pg_catalog.sum(r.{SqlIdentifier.Quote(column)})::text");
        return sql.Append($" FROM ONLY {TableCatalog.QualifiedName(table.Schema, table.Name)} AS r").ToString();
    }
}
