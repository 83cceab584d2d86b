using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>A column according to the catalog.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type in the format of format_type.</param>
/// <param name="Collation">The collation, if it is not the default of the type.</param>
/// <param name="NotNull">Whether it is NOT NULL.</param>
/// <param name="Default">The default expression.</param>
/// <param name="Generated">The expression of a generated column.</param>
/// <param name="IsIdentity">Whether it is GENERATED … AS IDENTITY.</param>
internal sealed record ColumnShape(string Name, string Type, string? Collation, bool NotNull, string? Default, string? Generated, bool IsIdentity)
{
    /// <summary>Its name before an earlier step of the plan renames it, for queries during planning.</summary>
    public string NameNow { get; init; } = Name;
}

/// <summary>A constraint with an index.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsPrimary">Whether it is a primary key; otherwise it is unique.</param>
/// <param name="Columns">The columns in order.</param>
/// <param name="IsReferenced">Whether a foreign key refers to it.</param>
internal sealed record KeyShape(string Name, bool IsPrimary, IReadOnlyList<string> Columns, bool IsReferenced);

/// <summary>A table according to the catalog.</summary>
internal sealed record TableShape(
    string Name, bool IsPartitioned, IReadOnlyList<string> Options, IReadOnlyList<ColumnShape> Columns, IReadOnlyList<KeyShape> Keys,
        IReadOnlyList<string> Checks)
{
    private const string NamespaceSql = "coalesce((SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1), pg_my_temp_schema())";

    private const string TablesSql = $"""
        SELECT c.relname::text, c.relkind = 'p', coalesce(c.reloptions, ARRAY[]::text[]),
            array(SELECT pg_get_constraintdef(k.oid) FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' ORDER BY 1)
        FROM pg_catalog.pg_class c WHERE c.relnamespace = {NamespaceSql} AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
        """;

    // Expressions are formatted relative to the search path, so those of two schemas can be compared as text.
    private const string ColumnsSql = $"""
        SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attcollation <> t.typcollation THEN o.collname::text END,
            a.attnotnull, CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
                CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
            a.attidentity <> ''
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_collation o ON o.oid = a.attcollation
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = {NamespaceSql} AND c.relkind IN ('r', 'p') ORDER BY a.attnum
        """;

    private const string KeysSql = $"""
        SELECT c.relname::text, k.conname::text, k.contype = 'p',
            array(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS p(number, place) JOIN pg_catalog.pg_attribute a
                ON a.attrelid = c.oid AND a.attnum = p.number ORDER BY p.place),
            EXISTS (SELECT FROM pg_catalog.pg_constraint f WHERE f.contype = 'f' AND f.confrelid = c.oid AND f.conindid = k.conindid)
        FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
        WHERE c.relnamespace = {NamespaceSql} AND k.contype IN ('p', 'u') ORDER BY k.conname
        """;

    public ColumnShape? Find(string column) => Columns.FirstOrDefault(shape => shape.Name == column);

    /// <summary>The columns of the primary key.</summary>
    public IReadOnlyList<string> KeyColumns => Keys.FirstOrDefault(key => key.IsPrimary)?.Columns ?? [];

    /// <param name="connection">A connection with the schema as search path.</param>
    /// <param name="schema">The schema; null for the temporary schema of the session.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<Dictionary<string, TableShape>> ReadAsync(
        NpgsqlConnection connection, string? schema, CancellationToken cancellationToken)
    {
        // A name that no schema has: the temporary one has another in every session.
        object?[] parameters = [schema ?? ""];
        var columns = (await connection.RowsAsync(
            ColumnsSql,
            parameters,
            row => (Table: row.GetString(0), Column: new ColumnShape(
                row.GetString(1), row.GetString(2), Text(row, 3), row.GetBoolean(4), Text(row, 5), Text(row, 6), row.GetBoolean(7))),
            cancellationToken).ConfigureAwait(false)).ToLookup(entry => entry.Table, entry => entry.Column);
        var keys = (await connection.RowsAsync(
            KeysSql,
            parameters,
            row =>
                (Table: row.GetString(0), Key: new KeyShape(row.GetString(1), row.GetBoolean(2), row.GetFieldValue<string[]>(3), row.GetBoolean(4))),
            cancellationToken).ConfigureAwait(false)).ToLookup(entry => entry.Table, entry => entry.Key);
        var tables = await connection.RowsAsync(
            TablesSql,
            parameters,
            row =>
                (
                    Name: row.GetString(0),
                    IsPartitioned: row.GetBoolean(1),
                    Options: row.GetFieldValue<string[]>(2),
                    Checks: row.GetFieldValue<string[]>(3)),
            cancellationToken).ConfigureAwait(false);
        return tables.ToDictionary(
            table => table.Name,
            table => new TableShape(table.Name, table.IsPartitioned, table.Options, [.. columns[table.Name]], [.. keys[table.Name]], table.Checks));
    }

    private static string? Text(NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);
}
