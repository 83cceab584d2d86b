using Nexus.Stores;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// Compares the records of a table in ranges: their versions by a checksum, and whether a transaction since a given one has written them. A row keeps
/// the transaction that wrote it (xmin), also when it is frozen, so no change of any program is missed. The checksum finds deleted rows.
/// </summary>
internal abstract class PostgresRanges
{
    /// <summary>Judges a row by the transaction that wrote it; its parameter is bound as text, since the driver has no 64-bit one.</summary>
    protected const string IsChanged = "pg_catalog.age(xmin) <= (SELECT pg_catalog.age($1::pg_catalog.text::pg_catalog.xid))";

    private const string Aggregates = """
        pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE p.changed),
            pg_catalog.sha256(pg_catalog.convert_to(
                coalesce(pg_catalog.string_agg(p.version || ' ' || p.mark, E'\n' ORDER BY p.mark, p.version), ''), 'UTF8'))
        """;

    /// <param name="after">The range begins behind this place; empty for the first record.</param>
    /// <param name="through">The last place of the range.</param>
    /// <param name="limit">The most records.</param>
    /// <param name="horizon">The transaction: records that it or a later one has written count as changed.</param>
    public Query<RecordDigest> Digest(string after, string through, int limit, long horizon) => Bind(
        new Query<RecordDigest>($"WITH p AS MATERIALIZED ({Select}) SELECT {Aggregates}, {Last}", ReadDigest), after, through, limit, horizon);

    /// <summary>The records themselves, in order.</summary>
    /// <param name="after">As in <see cref="Digest"/>.</param>
    /// <param name="through">As in <see cref="Digest"/>.</param>
    /// <param name="limit">As in <see cref="Digest"/>.</param>
    /// <param name="horizon">As in <see cref="Digest"/>.</param>
    public Query<RecordStamp> Stamps(string after, string through, int limit, long horizon) =>
        Bind(new Query<RecordStamp>(Select, ReadStamp), after, through, limit, horizon);

    /// <summary>Reads mark, version, write_id and changed, and then what makes the place.</summary>
    protected abstract string Select { get; }

    /// <summary>The place of the last row, and FROM p.</summary>
    protected abstract string Last { get; }

    /// <summary>Binds the bounds as $3 and the following.</summary>
    protected abstract Query<T> BindBounds<T>(Query<T> query, string after, string through);

    protected abstract string? ReadPlace(NpgsqlDataReader row, int ordinal);

    /// <summary>The key of a record, from its mark.</summary>
    protected abstract string KeyOf(string mark);

    /// <summary>Planned for its values: a plan for all values might read the whole rest of the table for each range.</summary>
    private Query<T> Bind<T>(Query<T> query, string after, string through, int limit, long horizon) =>
        BindBounds(query.Text((horizon & uint.MaxValue).ToString(System.Globalization.CultureInfo.InvariantCulture)).Limit(limit), after, through)
            .PlannedForValues();

    private RecordDigest ReadDigest(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), ReadPlace(row, 3), row.GetFieldValue<byte[]>(2));

    private RecordStamp ReadStamp(NpgsqlDataReader row)
    {
        var mark = row.GetString(0);
        return new RecordStamp(
            ReadPlace(row, 4)!, KeyOf(mark), mark, row.GetInt64(1), row.IsDBNull(2) ? Guid.Empty : row.GetGuid(2), row.GetBoolean(3));
    }
}
