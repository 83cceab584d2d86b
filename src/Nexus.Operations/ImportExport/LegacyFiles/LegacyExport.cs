using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Operations.Status;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Users;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// Exports <c>sessions.json</c>, <c>bot_state.json</c> and <c>users.json</c> for the legacy bot, and with its key the tables of its database as
/// <c>legacy.sql</c>. Secrets in the JSON files and inside documents are in plain text, because the legacy bot expects them so; exchange keys in
/// the tables are sealed under its key. Each file is readable only by its owner.
/// </summary>
public static class LegacyExport
{
    /// <summary>Settings that the legacy bot kept in <c>bot_state.json</c>.</summary>
    private static readonly string[] Settings = ["module_assets", "session_config"];

    private static readonly JsonWriterOptions Json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The tables as SQL, for an empty database.</summary>
    public const string TablesFile = "legacy.sql";

    /// <summary>Writes the files. Trades, tasks and calibrations are in <see cref="TablesFile"/> only, which needs the legacy's key.</summary>
    /// <param name="options">The store and its keys.</param>
    /// <param name="folder">The folder. If it is missing, it is created for its owner only. Existing files are replaced.</param>
    /// <param name="loggers">The logger factory.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Cancels the operation. Each file is written atomically.</param>
    /// <exception cref="SecretUnreadableException">A secret cannot be opened. Its file is not written.</exception>
    public static async Task<ExportReport> WriteAsync(
        NexusOptions options, string folder, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var store = await ReadOnlyStore.OpenAsync(options, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using var end = store.ConfigureAwait(false);
        var documents = new DocumentSealer(new Sealer(await ReadOnlyStore.LoadKeysAsync(options, loggers, cancellationToken).ConfigureAwait(false)));
        var (sessions, users, settings) = (0L, 0L, 0L);
        await WriteFileAsync(Path.Combine(folder, "sessions.json"), async json =>
        {
            json.WriteStartObject();
            await foreach (var row in store.ListSessionsAsync(new SessionQuery(), cancellationToken).ConfigureAwait(false))
            {
                WriteSession(json, row, documents);
                sessions++;
            }
            json.WriteEndObject();
        }).ConfigureAwait(false);
        var state = await store.GetBotStateAsync(cancellationToken).ConfigureAwait(false);
        await WriteFileAsync(
            Path.Combine(folder, "bot_state.json"),
            async json =>
                settings = await WriteStateAsync(json, store, state, documents, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        await WriteFileAsync(Path.Combine(folder, "users.json"), async json =>
        {
            json.WriteStartArray();
            await foreach (var row in store.ListUsersAsync(null, limit: null, cancellationToken).ConfigureAwait(false))
            {
                WriteUser(json, row, documents);
                users++;
            }
            json.WriteEndArray();
        }).ConfigureAwait(false);
        var (trades, tasks, calibrations, leftOut) = (0L, 0L, 0L, 0L);
        if (!string.IsNullOrWhiteSpace(options.EncryptionKey))
        {
            var tables = new LegacyTables(store, documents, new LegacyToken(options.EncryptionKey));
            await WriteStreamAsync(Path.Combine(folder, TablesFile), async stream =>
            {
                var text = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                await using (text.ConfigureAwait(false))
                    (trades, tasks, calibrations, leftOut) = await tables.WriteAsync(text, cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
        return new ExportReport(sessions, users, state.Version > 0 ? 1 : 0, settings, trades, Tasks: tasks, Calibrations: calibrations)
        {
            TasksLeftOut = leftOut,
        };
    }

    /// <summary>The groups of the switches with the flag of the AI filter among them.</summary>
    internal static void WriteGroups(Utf8JsonWriter json, BotStateRow state, DocumentSealer documents)
    {
        json.WriteStartObject();
        using (var groups = JsonDocument.Parse(documents.Open(SealPlaces.BotState("group_config"), state.Groups.Span)))
        {
            foreach (var group in groups.RootElement.EnumerateObject().Where(group => !group.NameEquals("_AI_FILTER"))) group.WriteTo(json);
        }
        json.WriteBoolean("_AI_FILTER", state.AiFilter);
        json.WriteEndObject();
    }

    internal static void WriteAssets(Utf8JsonWriter json, BotStateRow state)
    {
        json.WriteStartArray();
        foreach (var asset in state.DisabledAssets) json.WriteStringValue(asset);
        json.WriteEndArray();
    }

    private static void WriteSession(Utf8JsonWriter json, SessionRow row, DocumentSealer documents)
    {
        json.WriteStartObject(row.ChatId);
        json.WriteString("api_key", OpenKey(documents, row, "api_key", row.ApiKey));
        json.WriteString("api_secret", OpenKey(documents, row, "api_secret", row.ApiSecret));
        json.WritePropertyName("config");
        json.WriteRawValue(documents.Open(SealPlaces.Session(row.ChatId, "config"), row.Config.Span));
        json.WriteEndObject();
    }

    /// <summary>An exchange key in plain text. Adopted rows hold an empty text where there is none.</summary>
    internal static string OpenKey(DocumentSealer documents, SessionRow row, string field, string? value) =>
        string.IsNullOrEmpty(value) ? "" : documents.Sealer.Open(SealPlaces.Session(row.ChatId, field), value);

    private static void WriteUser(Utf8JsonWriter json, UserRow row, DocumentSealer documents)
    {
        json.WriteStartObject();
        json.WriteString("chat_id", row.ChatId);
        json.WriteString("name", row.Name);
        json.WriteString("role", row.Role);
        if (row.ExpiresAt is { } end) json.WriteString("expires_at", end.UtcDateTime);
        else json.WriteNull("expires_at");
        json.WriteString("created_at", row.CreatedAt.UtcDateTime);
        json.WriteString("timezone", row.TimeZone);
        if (row.TelegramId is { } telegram) json.WriteNumber("telegram_id", telegram);
        else json.WriteNull("telegram_id");
        json.WritePropertyName("enabled_groups");
        json.WriteRawValue(documents.Open(new SealContext("users", row.ChatId, "enabled_groups"), row.Groups.Span));
        json.WriteEndObject();
    }

    /// <returns>The number of settings in addition to the switches.</returns>
    private static async Task<long> WriteStateAsync(
        Utf8JsonWriter json, IStateReader store, BotStateRow state, DocumentSealer documents, CancellationToken cancellationToken)
    {
        json.WriteStartObject();
        json.WritePropertyName("enabled_strategies");
        json.WriteRawValue(documents.Open(SealPlaces.BotState("enabled_strategies"), state.Strategies.Span));
        json.WritePropertyName("group_config");
        WriteGroups(json, state, documents);
        json.WritePropertyName("disabled_assets");
        WriteAssets(json, state);
        var count = 0L;
        foreach (var name in Settings)
        {
            if (await store.GetSystemConfigAsync(name, cancellationToken).ConfigureAwait(false) is not { } setting) continue;
            json.WritePropertyName(name);
            json.WriteRawValue(documents.Open(SealPlaces.SystemConfig(name), setting.Value.Span));
            count++;
        }
        json.WriteEndObject();
        return count;
    }

    private static Task WriteFileAsync(string path, Func<Utf8JsonWriter, Task> write) => WriteStreamAsync(path, async stream =>
    {
        var json = new Utf8JsonWriter(stream, Json);
        await using (json.ConfigureAwait(false)) await write(json).ConfigureAwait(false);
    });

    private static async Task WriteStreamAsync(string path, Func<Stream, Task> write)
    {
        var draft = $"{path}.{Guid.NewGuid():n}.part";
        try
        {
            var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows()) create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var stream = new FileStream(draft, create);
            await using (stream.ConfigureAwait(false))
            {
                await write(stream).ConfigureAwait(false);
                RandomAccess.FlushToDisk(stream.SafeFileHandle);
            }
            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
