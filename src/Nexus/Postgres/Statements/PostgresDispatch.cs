using Nexus.Chats;
using Nexus.Dispatch;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The SQL of signals and of the index that selects their recipients.</summary>
internal static class PostgresDispatch
{
    /// <summary>
    /// A config may be as large as a document may be: only the parts that decide are sent. The user is looked up by key for each row: a join planned
    /// for any page hashes all users for each of them.
    /// </summary>
    private const string Columns = """
        SELECT s.chat_id, s.mode, s.strategies, s.config -> 'groups', s.config -> 'disabled_assets', u.role, u.expires_at, now()
        FROM sessions s LEFT JOIN LATERAL (SELECT m.role, m.expires_at FROM users m WHERE m.chat_id = s.chat_id LIMIT 1) u ON true
        """;

    private const string Page = $"{Columns} WHERE s.chat_id >= $1 AND s.chat_id IS DISTINCT FROM $2 ORDER BY s.chat_id LIMIT $3";
    private const string Some = $"{Columns} WHERE s.chat_id = ANY ($1)";

    private const string Recipients = """
        SELECT s.chat_id, s.mode FROM sessions s LEFT JOIN users u ON u.chat_id = s.chat_id
        WHERE s.strategies @> jsonb_build_object($1::text, true)
            AND ($2::text IS NULL OR s.config -> 'groups' @> jsonb_build_object($2::text, true))
            AND ($3::text IS NULL OR NOT coalesce(s.config -> 'disabled_assets' ? $3::text, false))
            AND (cardinality($4::text[]) = 0 OR s.mode = ANY ($4))
            AND (u.role = 'admin' OR (u.role = 'user' AND coalesce(u.expires_at, 'infinity') > now()) OR s.chat_id = ANY ($5::text[]))
        """;

    private const string RecipientsAmong = $"{Recipients} AND s.chat_id = ANY ($6::text[])";

    public static Query<DispatchRow> List(DispatchRange range) => range.ChatIds is { } chats
        ? new Query<DispatchRow>(Some, Read).Texts(chats)
        : new Query<DispatchRow>(Page, Read).Text(range.After ?? "").Text(range.After).Limit(range.Limit);

    public static Query<SignalRecipient> Select(DispatchQuery query)
    {
        var recipients = new Query<SignalRecipient>(query.ChatIds is null ? Recipients : RecipientsAmong, ReadRecipient)
            .Text(query.Strategy).Text(query.Group).Text(query.Symbol).Texts(query.Modes).Texts([.. query.Owners]);
        // How rare the strategy and the modes are decides which index is best, as in a list of sessions.
        return query.ChatIds is { } chats ? recipients.Texts(chats) : recipients.PlannedForValues();
    }

    private static SignalRecipient ReadRecipient(NpgsqlDataReader row) => new(ChatId.FromStore(row.GetString(0)), row.GetStringOrNull(1));

    private static DispatchRow Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetStringOrNull(1),
        Json(row, 2),
        Json(row, 3),
        Json(row, 4),
        row.GetStringOrNull(5),
        row.GetInstantOrNull(6) - row.GetInstant(7));

    private static ReadOnlyMemory<byte> Json(NpgsqlDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) ? default : row.GetFieldValue<byte[]>(ordinal);
}
