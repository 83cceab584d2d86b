using Npgsql;

namespace Nexus.Audit;

/// <summary>
/// Columns that may be NULL. Columns of types that the driver does not read as they are (name, oid as a number, xid) are cast in the SQL.
/// </summary>
internal static class Rows
{
    public static string? Text(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? Long(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static double? Double(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);

    public static DateTimeOffset? Time(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    /// <summary>An oid.</summary>
    public static uint Oid(this NpgsqlDataReader row, int column) => row.GetFieldValue<uint>(column);
}
