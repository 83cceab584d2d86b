using Nexus.Postgres;

namespace Nexus.Sharding;

/// <summary>A table whose rows move with their buckets, and the SQL of its moves. Names of schemas and columns in it are quoted.</summary>
/// <param name="Name">The table.</param>
/// <param name="Placement">Where its rows are.</param>
internal sealed record MovedTable(string Name, TablePlacement Placement)
{
    /// <summary>
    /// Every table with rows of chats: those of the registry of record tables that say so, and the history of their changes.
    /// </summary>
    public static IReadOnlyList<MovedTable> All { get; } =
    [
        .. PostgresTables.All.Where(table => table.Placement.Bucket is not null).Select(table => new MovedTable(table.Table.Name, table.Placement)),
        new MovedTable("nexus_history", TablePlacement.Of(BucketOfEntry(), KeyPart.Instant("at"), KeyPart.Uuid("id"))),
    ];

    /// <summary>
    /// Tables that a shard keeps when buckets leave it: they tell of the schema or of the shard itself, or are the home shard's. Every table of the
    /// schema is either here, or moves, or is on the home shard.
    /// </summary>
    public static IReadOnlyList<string> OfTheShard { get; } =
    [
        "nexus_commits", "nexus_leases", "nexus_meta", "nexus_shard", "nexus_shards", "nexus_moves", "nexus_leaving", "nexus_leaving_rows",
        "nexus_decisions",
        // Made of the trades of the shard; triggers note what leaves and what arrives.
        "nexus_summed_chats", "nexus_trade_sums", "nexus_trade_marks",
    ];

    /// <summary>The trigger that notes changes, and its function.</summary>
    public const string Trigger = "nexus_leaving_row";

    /// <summary>The columns that are copied: what the server computes itself is left out.</summary>
    public const string FindColumns = """
        SELECT pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        ORDER BY a.attname
        """;

    /// <summary>The rows of some buckets.</summary>
    public string CopyOut(string schema, string columns, BucketSet buckets) =>
        $"COPY (SELECT {columns} FROM {schema}.{Name} r WHERE {IsIn(schema, buckets)}) TO STDOUT (FORMAT binary)";

    /// <summary>The rows that were noted as changed, as they are now.</summary>
    public string CopyChanged(string schema, string columns, Guid move) => $"""
        COPY (SELECT {columns} FROM {schema}.{Name} r WHERE ({Columns("r.")}) IN (
            SELECT {string.Join(", ", Placement.Key.Select(part => "l." + part.Noted))} FROM {schema}.nexus_leaving_rows l
            WHERE l.move_id = '{move}' AND l.record_table = '{Name}')) TO STDOUT (FORMAT binary)
        """;

    public string CopyIn(string schema, string columns) => $"COPY {schema}.{Name} ({columns}) FROM STDIN (FORMAT binary)";

    /// <summary>The keys of the rows of some buckets, in the order of <see cref="MovedKeys"/>.</summary>
    public string FindKeys(string schema, BucketSet buckets) => $"SELECT {AsNoted("r.")} FROM {schema}.{Name} r WHERE {IsIn(schema, buckets)}";

    /// <summary>Deletes rows by keys: texts, instants and UUIDs as $1 to $3.</summary>
    public string DeleteKeys(string schema) => $"DELETE FROM {schema}.{Name} r USING {GivenKeys} WHERE {IsGiven}";

    /// <summary>Deletes every row of some buckets.</summary>
    public string DeleteAll(string schema, BucketSet buckets) => $"DELETE FROM {schema}.{Name} r WHERE {IsIn(schema, buckets)}";

    /// <summary>The number of rows of some buckets, and a sum over their contents.</summary>
    public string CheckAll(string schema, string columns, BucketSet buckets) =>
        $"SELECT {Sum(columns)} FROM {schema}.{Name} r WHERE {IsIn(schema, buckets)}";

    /// <summary>The same for the rows with some keys.</summary>
    public string CheckKeys(string schema, string columns) => $"SELECT {Sum(columns)} FROM {schema}.{Name} r JOIN {GivenKeys} ON {IsGiven}";

    /// <summary>
    /// Notes the keys of rows of leaving buckets that are changed by anybody. Reading <c>nexus_shard</c> keeps the last step of the move waiting
    /// until the transaction has ended.
    /// </summary>
    public string AddTrigger(string schema)
    {
        var function = $"{schema}.{Trigger}_{Name}";
        return $"""
            CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
            DECLARE
                leaving record;
            BEGIN
                SELECT m.id, m.buckets INTO leaving FROM {schema}.nexus_leaving m CROSS JOIN {schema}.nexus_shard s;
                IF NOT FOUND THEN RETURN NULL; END IF;
                IF TG_OP <> 'INSERT' AND {Leaves(schema, "old")} THEN
                    INSERT INTO {schema}.nexus_leaving_rows (move_id, record_table, key, at, id) VALUES (leaving.id, '{Name}', {AsNoted("old.")});
                END IF;
                IF TG_OP <> 'DELETE' AND {Leaves(schema, "new")} THEN
                    INSERT INTO {schema}.nexus_leaving_rows (move_id, record_table, key, at, id) VALUES (leaving.id, '{Name}', {AsNoted("new.")});
                END IF;
                RETURN NULL;
            END $body$;
            CREATE TRIGGER {Trigger} AFTER INSERT OR UPDATE OR DELETE ON {schema}.{Name} FOR EACH ROW EXECUTE FUNCTION {function}()
            """;
    }

    public string DropTrigger(string schema) =>
        $"DROP TRIGGER IF EXISTS {Trigger} ON {schema}.{Name}; DROP FUNCTION IF EXISTS {schema}.{Trigger}_{Name}()";

    /// <summary>Whether the trigger is there.</summary>
    public const string FindTriggers = """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND t.tgname = 'nexus_leaving_row')
        """;

    private const string GivenKeys =
        "(SELECT DISTINCT g.key, g.at, g.id FROM unnest($1::text[], $2::timestamptz[], $3::uuid[]) AS g (key, at, id)) AS k";

    private string IsGiven => string.Join(" AND ", Placement.Key.Select(part => $"r.{part.Column} = k.{part.Noted}"));

    private string Columns(string prefix) => string.Join(", ", Placement.Key.Select(part => prefix + part.Column));

    /// <summary>The key as the three columns of <c>nexus_leaving_rows</c>.</summary>
    private string AsNoted(string prefix) => string.Join(", ", new[] { ("key", "text"), ("at", "timestamptz"), ("id", "uuid") }.Select(noted =>
        (Placement.Key.FirstOrDefault(part => part.Noted == noted.Item1) is { } part ? prefix + part.Column : "NULL") + $"::{noted.Item2}"));

    private string IsIn(string schema, BucketSet buckets) => $"pg_catalog.get_bit(B'{buckets.ToBits()}'::bit(4096), {Bucket(schema, "r")}) = 1";

    private string Leaves(string schema, string row) => $"coalesce(pg_catalog.get_bit(leaving.buckets, {Bucket(schema, row)}) = 1, false)";

    private string Bucket(string schema, string row) => Placement.Bucket!.Replace("{s}", schema).Replace("{r}", row);

    /// <summary>60 bits of a hash of each row's text: the same on every server, whatever its version.</summary>
    private static string Sum(string columns) => $"""
        count(*), coalesce(sum(
            ('x' || substr(encode(sha256(convert_to(ROW({Prefixed(columns)})::text, 'UTF8')), 'hex'), 1, 15))::bit(60)::bigint), 0)::text
        """;

    private static string Prefixed(string columns) => string.Join(", ", columns.Split(", ").Select(column => "r." + column));

    /// <summary>An entry is with its record, which it names by its key.</summary>
    private static string BucketOfEntry()
    {
        var kept = PostgresTables.All.Where(table => table.Table.KeepsHistory && table.Placement.Bucket is not null).Select(table =>
        {
            var (key, bucket) = ($"{{r}}.{table.Table.KeyColumn}", table.Placement.Bucket!);
            return bucket.Contains(key, StringComparison.Ordinal)
                ? $"WHEN {{r}}.record_table = '{table.Table.Name}' THEN {bucket.Replace(key, "{r}.record_key")}"
                : throw new InvalidOperationException($"the bucket of the history of {table.Table.Name} does not follow from the key of a record");
        });
        return $"CASE {string.Join(' ', kept)} END";
    }
}
