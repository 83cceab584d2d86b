using System.Text.Json;
using Nexus.BotState;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sessions;
using Nexus.Sqlite;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Failover;

/// <summary>Writes as the JSON that the outbox keeps. Secrets in them are sealed already. Members are never renamed: an outbox may be older than the program.</summary>
internal static class WriteCodec
{
    /// <summary>The kind of a write as the outbox names it.</summary>
    public static string KindOf(Write write) => write switch
    {
        SaveSession => "save_session",
        PatchSessionConfig => "patch_session_config",
        DeleteSession => "delete_session",
        SaveUser => "save_user",
        ExtendUser => "extend_user",
        RemoveUser => "remove_user",
        ChangeBotState => "change_bot_state",
        SetSystemConfig => "set_system_config",
        RemoveSystemConfig => "remove_system_config",
        OpenTrade => "open_trade",
        CloseTrade => "close_trade",
        _ => throw new ArgumentException($"{write.GetType().Name} is not spooled", nameof(write)),
    };

    public static byte[] Encode(Write write) => SqliteJson.Write(write, static (json, value) => WriteMembers(json, value));

    /// <summary>The write as it was, or null for a kind that this program does not know.</summary>
    /// <exception cref="StoreRejectedException">The text is damaged.</exception>
    public static Write? Decode(string kind, string recordId, Guid writeId, byte[] body)
    {
        try
        {
            using var document = SqliteJson.Parse(body);
            return Read(kind, recordId, document.RootElement) is { } write ? write with { WriteId = writeId } : null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw SqliteErrors.Rejected(error);
        }
    }

    private static void WriteMembers(Utf8JsonWriter json, Write write)
    {
        switch (write)
        {
            case SaveSession save:
                WriteSealed(json, "api_key"u8, "keep_key"u8, save.ApiKey);
                WriteSealed(json, "api_secret"u8, "keep_secret"u8, save.ApiSecret);
                json.WriteJson("config"u8, save.Config);
                break;
            case PatchSessionConfig patch:
                json.WriteJson("patch"u8, patch.Patch);
                break;
            case SaveUser save:
                WriteUser(json, save);
                break;
            case ExtendUser extend:
                json.WriteNumber("days"u8, extend.Days);
                break;
            case ChangeBotState change:
                WriteBotState(json, change);
                break;
            case SetSystemConfig set:
                json.WriteText("updated_by"u8, set.UpdatedBy);
                json.WriteJson("value"u8, set.Value);
                break;
            case OpenTrade open:
                TradeCodec.Write(json, open.Trade);
                break;
            case CloseTrade close:
                TradeCodec.Write(json, close);
                break;
        }
    }

    private static Write? Read(string kind, string id, JsonElement body) => kind switch
    {
        "save_session" => new SaveSession(id, ReadSealed(body, "api_key"u8, "keep_key"u8), ReadSealed(body, "api_secret"u8, "keep_secret"u8), body.ReadJson("config"u8), null),
        "patch_session_config" => new PatchSessionConfig(id, body.ReadJson("patch"u8), null),
        "delete_session" => new DeleteSession(id, null),
        "save_user" => ReadUser(id, body),
        "extend_user" => new ExtendUser(id, body.GetProperty("days"u8).GetInt32()),
        "remove_user" => new RemoveUser(id, null),
        "change_bot_state" => ReadBotState(body),
        "set_system_config" => new SetSystemConfig(id, body.ReadJson("value"u8), body.ReadText("updated_by"u8), null),
        "remove_system_config" => new RemoveSystemConfig(id, null),
        "open_trade" => new OpenTrade(TradeCodec.ReadTrade(Guid.Parse(id), body), WasAccepted: true),
        "close_trade" => TradeCodec.ReadClose(Guid.Parse(id), body),
        _ => null,
    };

    private static void WriteSealed(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> keepName, SealedField field)
    {
        if (field.IsKept) json.WriteBoolean(keepName, true);
        else json.WriteText(name, field.Value);
    }

    private static SealedField ReadSealed(JsonElement body, ReadOnlySpan<byte> name, ReadOnlySpan<byte> keepName) =>
        body.TryGetProperty(keepName, out _) ? SealedField.Keep : SealedField.Set(body.ReadText(name));

    private static void WriteUser(Utf8JsonWriter json, SaveUser save)
    {
        json.WriteText("name"u8, save.Name);
        json.WriteText("role"u8, save.Role);
        json.WriteString("expiry"u8, save.Expiry.Kind.ToString());
        if (save.Expiry.Kind == ExpiryKind.At) json.WriteTime("expires_at"u8, save.Expiry.At);
        json.WriteNumber("days"u8, save.Expiry.Days);
        json.WriteText("timezone"u8, save.TimeZone);
        if (save.TelegramId is { } telegramId) json.WriteNumber("telegram_id"u8, telegramId);
        if (save.Groups is { } groups) json.WriteJson("groups"u8, groups);
        json.WriteTime("created_at"u8, save.CreatedAt);
        if (save.MustExist) json.WriteBoolean("must_exist"u8, true);
    }

    private static SaveUser ReadUser(string id, JsonElement body) => new(
        id,
        body.ReadText("name"u8),
        body.ReadText("role"u8),
        new Expiry(Enum.Parse<ExpiryKind>(body.ReadText("expiry"u8)!), body.ReadTime("expires_at"u8) ?? default, body.GetProperty("days"u8).GetInt32()),
        body.ReadText("timezone"u8),
        body.TryGetProperty("telegram_id"u8, out var telegramId) ? telegramId.GetInt64() : null,
        ReadOptional(body, "groups"u8),
        ExpectedVersion: null,
        body.ReadTime("created_at"u8),
        body.TryGetProperty("must_exist"u8, out _));

    private static void WriteBotState(Utf8JsonWriter json, ChangeBotState change)
    {
        if (change.Strategies is { } strategies) json.WriteJson("strategies"u8, strategies);
        if (change.Groups is { } groups) json.WriteJson("groups"u8, groups);
        if (change.Assets is { } assets)
        {
            WriteList(json, "assets_set"u8, assets.Set);
            WriteList(json, "assets_added"u8, assets.Add);
            WriteList(json, "assets_removed"u8, assets.Remove);
        }
        if (change.AiFilter is { } aiFilter) json.WriteBoolean("ai_filter"u8, aiFilter);
        json.WriteBoolean("replace"u8, change.Replace);
    }

    private static ChangeBotState ReadBotState(JsonElement body) => new(
        ReadOptional(body, "strategies"u8),
        ReadOptional(body, "groups"u8),
        ReadList(body, "assets_added"u8) is { } added ? new AssetChange(ReadList(body, "assets_set"u8), added, ReadList(body, "assets_removed"u8) ?? []) : null,
        body.TryGetProperty("ai_filter"u8, out var aiFilter) ? aiFilter.GetBoolean() : null,
        body.GetProperty("replace"u8).GetBoolean());

    // A bare null would become an empty document.
    private static ReadOnlyMemory<byte>? ReadOptional(JsonElement body, ReadOnlySpan<byte> name) =>
        body.TryGetProperty(name, out _) ? body.ReadJson(name) : default(ReadOnlyMemory<byte>?);

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string>? values)
    {
        if (values is null) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static List<string>? ReadList(JsonElement body, ReadOnlySpan<byte> name) =>
        body.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(value => value.GetString()!)] : null;
}
