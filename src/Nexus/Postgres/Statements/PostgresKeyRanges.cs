using Nexus.Engine;
using Nexus.Stores;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The ranges of a table in the order of its keys.</summary>
/// <param name="table">Whose records.</param>
/// <param name="isUuid">Whether the key is a uuid; otherwise a text in the order of bytes.</param>
internal sealed class PostgresKeyRanges(RecordTable table, bool isUuid = false) : PostgresRanges
{
    protected override string Select { get; } = $"""
        SELECT {table.KeyColumn}::pg_catalog.text COLLATE "C" AS mark, version, write_id, {IsChanged} AS changed
        FROM {table.Name}
        WHERE {table.KeyColumn} > $3{Cast(isUuid)} AND ($4::pg_catalog.text IS NULL OR {table.KeyColumn} <= $4{Cast(isUuid)})
        ORDER BY {table.KeyColumn} LIMIT $2
        """;

    protected override string Last => "pg_catalog.max(p.mark) FROM p";

    // The end of the order is not sent: not every encoding of a database has its character.
    protected override Query<T> BindBounds<T>(Query<T> query, string after, string through) => query
        .Text(isUuid && after.Length == 0 ? Guid.Empty.ToString() : after)
        .Text(through == RecordStamp.End ? null : through);

    protected override string? ReadPlace(NpgsqlDataReader row, int ordinal) =>
        // A record's place is its mark.
        ordinal < row.FieldCount ? row.GetStringOrNull(ordinal) : row.GetString(0);

    protected override string KeyOf(string mark) => mark;

    private static string Cast(bool isUuid) => isUuid ? "::pg_catalog.uuid" : "";
}
