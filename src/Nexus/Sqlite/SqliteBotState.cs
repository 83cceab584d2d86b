using System.Text.Json;
using Nexus.BotState;
using Nexus.Engine;
using Nexus.Json;

namespace Nexus.Sqlite;

/// <summary>The bot's switches: one record.</summary>
internal static class SqliteBotState
{
    public static readonly DocumentTable Table = new(BotStateRow.Table)
    {
        ReadRow = static (connection, _, _) => Get(connection) is { Version: > 0 } row ? row : null,
    };

    public static WriteOutcome Change(SqliteWriteTransaction transaction, ChangeBotState write)
    {
        var stored = Table.Find(transaction, write);
        if (DocumentTable.Judge(write, stored, write.ExpectedVersion) is { } outcome) return outcome;
        var before = stored is null || write.Replace ? BotStateRow.Default : Parse(stored);
        var after = before with
        {
            Strategies = Changed("enabledStrategies", before.Strategies, write.Strategies, write.Replace),
            Groups = Changed("groupConfig", before.Groups, write.Groups, write.Replace),
            DisabledAssets = write.Assets?.ApplyTo(before.DisabledAssets) ?? before.DisabledAssets,
            AiFilter = write.AiFilter ?? before.AiFilter,
        };
        return Table.Put(transaction, write, stored, ToUtf8(after));
    }

    public static BotStateRow Get(SqliteSession connection)
    {
        using var reader = connection.Query("SELECT doc, rowid, version, write_id, updated_at FROM bot_state WHERE id = ?1", BotStateRow.TheOne.Id);
        return reader.Read() ? Parse(DocumentTable.Read(reader)) : BotStateRow.Default;
    }

    private static ReadOnlyMemory<byte> Changed(string field, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte>? change, bool replace) =>
        change is not { } json ? before : replace ? json : SqliteJson.Patch(field, before, json);

    private static BotStateRow Parse(StoredDocument stored)
    {
        using var json = SqliteJson.Parse(stored.Document);
        var root = json.RootElement;
        return new BotStateRow(
            root.ReadJson("enabled_strategies"u8),
            root.ReadJson("group_config"u8),
            [.. root.GetProperty("disabled_assets"u8).EnumerateArray().Select(asset => asset.GetString()!)],
            root.GetProperty("ai_filter_enabled"u8).GetBoolean(),
            stored.Version,
            stored.UpdatedAt);
    }

    private static byte[] ToUtf8(BotStateRow row) => SqliteJson.Write(row, static (json, state) =>
    {
        json.WriteJson("enabled_strategies"u8, state.Strategies);
        json.WriteJson("group_config"u8, state.Groups);
        json.WriteStartArray("disabled_assets"u8);
        foreach (var asset in state.DisabledAssets) json.WriteStringValue(asset);
        json.WriteEndArray();
        json.WriteBoolean("ai_filter_enabled"u8, state.AiFilter);
    });
}
