using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>Reads trade_journal with any column types: the known columns as text, the others as one JSON object.</summary>
internal sealed class JournalReader
{
    private readonly string[] _known;
    private readonly string _columns;
    private readonly string _idType;

    public JournalReader(TableShape shape, string idType, string timeZone)
    {
        _idType = idType;
        _known = [.. JournalRow.Texts, .. JournalRow.Instants, .. JournalRow.Numbers.Keys];
        var unknown = shape.Columns.Where(column => column.Name != "id" && !_known.Contains(column.Name)).Select(column => column.Name).ToList();
        var expressions = _known.Select(name => shape.Find(name) is { } column ? TextOf(column, timeZone) : "NULL::text");
        _columns = $"ctid::text, id::text, ({ObjectOf(unknown)})::text, {string.Join(", ", expressions)}";
    }

    /// <summary>Parameters: the id and ctid of the last row, or NULL, and the number of rows.</summary>
    /// <remarks>ORDER BY names the table, because a bare id would refer to the selected text.</remarks>
    public string Sql(bool isLocking) =>
        $"SELECT {_columns} FROM {JournalMove.Table} j WHERE id IS NOT NULL AND ($1::text IS NULL OR (id, ctid) > ($1::{_idType}, $2::text::tid)) "
            + $"ORDER BY j.id, j.ctid LIMIT $3{(isLocking ? " FOR UPDATE" : "")}";

    public JournalRow Read(NpgsqlDataReader row)
    {
        var values = new Dictionary<string, string?>(_known.Length);
        for (var i = 0; i < _known.Length; i++) values[_known[i]] = row.IsDBNull(i + 3) ? null : row.GetString(i + 3);
        return new JournalRow(row.GetString(0), row.GetString(1), values, row.GetString(2));
    }

    /// <summary>The years that Nexus allows for a trade.</summary>
    private static string InstantText(string column, string instant) => $"""
        CASE WHEN {column} IS NULL OR btrim({column}::text) = '' THEN NULL
             WHEN ({instant}) IS NULL THEN '!is not a date'
             WHEN NOT isfinite({instant}) THEN '!is infinite'
             WHEN ({instant}) NOT BETWEEN '2000-01-01 00:00:00+00' AND '2099-12-31 23:59:59.999999+00' THEN '!is not in the years 2000 to 2099'
             ELSE to_char(({instant}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') END
        """;

    private static string TextOf(ColumnShape column, string timeZone)
    {
        var name = SqlIdentifier.Quote(column.Name);
        if (JournalRow.Instants.Contains(column.Name))
            return InstantText(name, ColumnConversion.Find(column, "timestamp with time zone", timeZone)!.Expression);
        // A floating-point number would be formatted with an exponent.
        if (JournalRow.Numbers.ContainsKey(column.Name) && column.Type is "real" or "double precision") return $"{name}::numeric::text";
        return JournalRow.Numbers.ContainsKey(column.Name) ? $"nullif(btrim({name}::text), '')" : $"{name}::text";
    }

    /// <summary>A function has at most 100 arguments, so each column becomes a separate object.</summary>
    private static string ObjectOf(List<string> names) =>
        names.Count == 0
            ? "'{}'"
            : string.Join(
                " || ",
                names.Select(
                    name => $"jsonb_build_object('{name.Replace("'", "''", StringComparison.Ordinal)}', to_jsonb({SqlIdentifier.Quote(name)}))"));
}
