using Nexus.Stores;
using Nexus.Trades;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The ranges of the trades in the order of entries, of which each partition has an index. Trades at one place stay in one range.</summary>
internal sealed class PostgresEntryRanges : PostgresRanges
{
    private const string Place = "entry_timestamp DESC, id DESC LIMIT 1";

    private static readonly Guid HighestId = new([.. Enumerable.Repeat(byte.MaxValue, 16)]);

    protected override string Select => $"""
        SELECT (id::pg_catalog.text || ':' || chat_id) COLLATE "C" AS mark, version, write_id, {IsChanged} AS changed, entry_timestamp, id
        FROM trades
        WHERE entry_timestamp >= $3 AND (entry_timestamp, id) > ($3, $4) AND (entry_timestamp, id) <= ($5, $6)
        ORDER BY entry_timestamp, id FETCH FIRST ($2) ROWS WITH TIES
        """;

    protected override string Last => $"(SELECT entry_timestamp FROM p ORDER BY {Place}), (SELECT id FROM p ORDER BY {Place}) FROM p";

    protected override Query<T> BindBounds<T>(Query<T> query, string after, string through) => BindEnd(BindStart(query, after), through);

    /// <summary>Binds the place behind which a range begins, as instant and id.</summary>
    public static Query<T> BindStart<T>(Query<T> query, string after)
    {
        if (after.Length == 0) return query.Microseconds(long.MinValue).Uuid(Guid.Empty);
        var place = TradePlace.Parse(after);
        return query.Time(place.EntryTimestamp).Uuid(place.Id);
    }

    protected override string? ReadPlace(NpgsqlDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) ? null : new TradePlace(row.GetInstant(ordinal), row.GetGuid(ordinal + 1)).ToString();

    protected override string KeyOf(string mark) => mark[..mark.IndexOf(':', StringComparison.Ordinal)];

    private static Query<T> BindEnd<T>(Query<T> query, string through)
    {
        if (through == RecordStamp.End) return query.Microseconds(long.MaxValue).Uuid(HighestId);
        var place = TradePlace.Parse(through);
        return query.Time(place.EntryTimestamp).Uuid(place.Id);
    }
}
