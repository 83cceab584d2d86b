using System.Text;
using Npgsql;

namespace Nexus.Audit;

/// <summary>
/// Columns as the audit reads them. Columns of types that the driver does not read as they are (name, oid as a number, xid) are cast in the SQL.
/// Texts are read as bytes: names of roles and databases, statements of other databases' sessions and everything in a database of the encoding
/// SQL_ASCII may be no valid UTF-8, and the driver's own decoding would end the audit. A damaged character reads U+FFFD.
/// </summary>
internal static class Rows
{
    public static string GetText(this NpgsqlDataReader row, int column) => Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(column));

    public static string[] GetTexts(this NpgsqlDataReader row, int column) =>
        [.. row.GetFieldValue<byte[]?[]>(column).Select(text => text is null ? "" : Encoding.UTF8.GetString(text))];

    public static string? Text(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetText(column);

    public static long? Long(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static double? Double(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);

    public static DateTimeOffset? Time(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    /// <summary>An oid.</summary>
    public static uint Oid(this NpgsqlDataReader row, int column) => row.GetFieldValue<uint>(column);
}
