using Nexus.BotState;
using Nexus.Engine;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The SQL of the bot's switches: one hot row, changed by one statement a batch.</summary>
internal static class PostgresBotState
{
    /// <summary>
    /// The change is applied to the held row, or to the defaults where it is missing or replaced. A row that appears after the look is not
    /// overwritten, as in the save of a session.
    /// </summary>
    public static readonly Statement Change = new Statement<ChangeBotState>(BotStateRow.Table, rank: 0, StatementKind.Creates, """
        WITH held AS (SELECT b.* FROM bot_state b WHERE b.id = 1 FOR UPDATE)
        INSERT INTO bot_state AS b (id, enabled_strategies, group_config, disabled_assets, ai_filter_enabled, write_id, version)
        SELECT 1,
            CASE
                WHEN i.strategies IS NULL THEN o.strategies
                WHEN i.replace THEN i.strategies
                ELSE nexus_merge_document(o.strategies, i.strategies, 'enabledStrategies')
            END,
            CASE
                WHEN i.groups IS NULL THEN o.groups
                WHEN i.replace THEN i.groups
                ELSE nexus_merge_document(o.groups, i.groups, 'groupConfig')
            END,
            ARRAY(
                SELECT a.name FROM unnest(coalesce(i.assets_set, o.assets) || i.assets_added) WITH ORDINALITY AS a (name, place)
                WHERE a.name <> ALL (i.assets_removed) GROUP BY a.name ORDER BY min(a.place)),
            coalesce(i.ai_filter, o.ai_filter), i.write_id, coalesce(h.version, 0) + 1
        FROM {input} LEFT JOIN held h ON true
        CROSS JOIN LATERAL (
            SELECT
                CASE WHEN i.replace OR h.id IS NULL THEN '{}' ELSE h.enabled_strategies END AS strategies,
                CASE WHEN i.replace OR h.id IS NULL THEN '{}' ELSE h.group_config END AS groups,
                CASE WHEN i.replace OR h.id IS NULL THEN '{}' ELSE h.disabled_assets END AS assets,
                CASE WHEN i.replace OR h.id IS NULL THEN true ELSE h.ai_filter_enabled END AS ai_filter) AS o
        WHERE (i.expected IS NULL OR i.expected = coalesce(h.version, 0)) AND h.write_id IS DISTINCT FROM i.write_id
        ON CONFLICT (id) DO UPDATE SET
            enabled_strategies = excluded.enabled_strategies, group_config = excluded.group_config, disabled_assets = excluded.disabled_assets,
            ai_filter_enabled = excluded.ai_filter_enabled, last_updated = excluded.last_updated, version = excluded.version,
            write_id = excluded.write_id
        WHERE b.version = excluded.version - 1
        RETURNING b.id::text, b.version, b.last_updated
        """, write => write.ExpectedVersion)
        .JsonOrNull("strategies", write => write.Strategies)
        .JsonOrNull("groups", write => write.Groups)
        .Texts("assets_set", write => write.Assets?.Set?.ToArray())
        .Texts("assets_added", write => write.Assets?.Add.ToArray() ?? [])
        .Texts("assets_removed", write => write.Assets?.Remove.ToArray() ?? [])
        .BoolOrNull("ai_filter", write => write.AiFilter)
        .Bool("replace", write => write.Replace)
        .LongOrNull("expected", write => write.ExpectedVersion)
        .Uuid("write_id", write => write.WriteId);

    private const string LockRows = "SELECT count(*) FROM (SELECT 1 FROM bot_state WHERE id::text = ANY ($1) FOR UPDATE) AS held";

    private const string LookUp = "SELECT id::text, version, last_updated, write_id FROM bot_state WHERE id::text = ANY ($1)";

    private const string RaiseVersion =
        "UPDATE bot_state t SET version = i.version FROM unnest($1::text[], $2::bigint[]) AS i (id, version) WHERE t.id::text = i.id AND t.version < "
            + "i.version";

    public static readonly PostgresTable Table = new PostgresTable<BotStateRow>(BotStateRow.Table, LookUp, LockRows, RaiseVersion)
    {
        Placement = TablePlacement.Home,
        Get = static _ => Get(),
        Page = static (_, _) => Get(),
    };

    private const string GetTheOne = """
        SELECT enabled_strategies, group_config, disabled_assets, ai_filter_enabled, version, last_updated FROM bot_state WHERE id = 1
        """;

    public static Query<BotStateRow> Get() => new(GetTheOne, Read);

    private static BotStateRow Read(NpgsqlDataReader row) => new(
        row.GetFieldValue<byte[]>(0),
        row.GetFieldValue<byte[]>(1),
        row.GetFieldValue<string[]>(2),
        row.GetBoolean(3),
        row.GetInt64(4),
        row.GetInstant(5));
}
