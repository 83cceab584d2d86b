using System.Text.Json;
using Microsoft.Data.Sqlite;
using Nexus.Dispatch;
using Nexus.Json;

namespace Nexus.Sqlite;

/// <summary>The SQL of signals and of the index that selects their recipients.</summary>
internal static class SqliteDispatch
{
    private const string Columns = "SELECT s.doc, s.chat_id, s.mode, u.doc";

    private const string Page =
        $"{Columns} FROM sessions s LEFT JOIN users u ON u.chat_id = s.chat_id WHERE s.chat_id > ?1 ORDER BY s.chat_id";

    private const string Some = $"""
        {Columns} FROM sessions s LEFT JOIN users u ON u.chat_id = s.chat_id
        WHERE s.chat_id IN (SELECT value FROM json_each(?1)) AND s.chat_id > ?2 ORDER BY s.chat_id
        """;

    /// <summary>Narrows by the two conditions that have an index; <see cref="DispatchRule"/> decides about each of these rows.</summary>
    private const string Candidates = $"""
        {Columns} FROM session_strategies e CROSS JOIN sessions s ON s.chat_id = e.chat_id LEFT JOIN users u ON u.chat_id = s.chat_id
        WHERE e.strategy = ?1 AND e.chat_id > ?2 AND (?3 IS NULL OR s.mode IN (SELECT value FROM json_each(?3)))
            AND (?4 IS NULL OR e.chat_id IN (SELECT value FROM json_each(?4))) ORDER BY e.chat_id
        """;

    public static SqliteDataReader List(SqliteSession connection, DispatchRange range, string after) => range.ChatIds is { } chats
        ? connection.Query(Some, SqliteJson.Array(chats), after)
        : connection.Query(Page, after);

    public static SqliteDataReader Select(SqliteSession connection, DispatchQuery query, string after) => connection.Query(
        Candidates, query.Strategy, after, query.Modes.Length == 0 ? null : SqliteJson.Array(query.Modes),
        query.ChatIds is { } chats ? SqliteJson.Array(chats) : null);

    public static DispatchRow Map(SqliteDataReader reader, byte[] document, TimeProvider clock)
    {
        var (strategies, groups, assets) = PartsOf(SessionDocument.Parse(document).Config);
        var (role, end) = reader.IsDBNull(3) ? default : AccessOf(reader.GetFieldValue<byte[]>(3));
        return new DispatchRow(
            reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), strategies, groups, assets, role, end - SqliteTime.Read(clock));
    }

    private static (string? Role, DateTimeOffset? End) AccessOf(byte[] user)
    {
        using var json = SqliteJson.Parse(user);
        return (json.RootElement.ReadText("role"u8), json.RootElement.ReadTime("expires_at"u8));
    }

    private static (ReadOnlyMemory<byte> Strategies, ReadOnlyMemory<byte> Groups, ReadOnlyMemory<byte> Assets) PartsOf(ReadOnlyMemory<byte> config)
    {
        ReadOnlyMemory<byte> strategies = default, groups = default, assets = default;
        var reader = new Utf8JsonReader(config.Span, JsonText.StoredReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("strategies"u8)) strategies = Cut(ref reader);
            else if (reader.ValueTextEquals("groups"u8)) groups = Cut(ref reader);
            else if (reader.ValueTextEquals("disabled_assets"u8)) assets = Cut(ref reader);
            else reader.Skip();
        }
        return (strategies, groups, assets);

        ReadOnlyMemory<byte> Cut(ref Utf8JsonReader json)
        {
            json.Read();
            var start = (int)json.TokenStartIndex;
            json.Skip();
            return config[start..(int)json.BytesConsumed];
        }
    }
}
